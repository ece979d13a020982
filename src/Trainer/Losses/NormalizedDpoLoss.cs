using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Orleans.Dpo.Trainer.Losses;

/// <summary>Length-normalised DPO: L = −log σ(β·(h_w/|y_w| − h_l/|y_l|)), log-ratios a token.</summary>
/// <remarks>The length-normalised objective of arXiv:2411.15124 (Tülu 3), Section 5, which uses β = 5: means over tokens are small, and with β = 0.1 hardly anything is learned.</remarks>
/// <param name="beta">β &gt; 0, dimensionless.</param>
public sealed class NormalizedDpoLoss(double beta) : IPreferenceLoss
{
    /// <inheritdoc/>
    public PreferenceLossOutput Forward(PreferenceLogps logps)
    {
        using var scope = NewDisposeScope();
        var chosen = logps.ChosenRatio() / logps.ChosenTokens;       // [B], nats a token
        var rejected = logps.RejectedRatio() / logps.RejectedTokens; // [B], nats a token
        return PreferenceLossOutput.Of(-F.logsigmoid(beta * (chosen - rejected)), chosen, rejected, beta);
    }
}
