using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Orleans.Dpo.Compat.Tests.TorchSharp;

[Collection("torch")]
public sealed class TrainingLoopTests
{
    [Fact]
    public void A_small_Llama_learns_a_sequence_by_heart()
    {
        manual_seed(1);
        using var model = new TinyLlama();
        using var optimizer = optim.AdamW(model.parameters(), lr: 1e-2, weight_decay: 0.01);
        using var tokens = arange(0, 24).remainder(7).view(2, 12);
        var losses = Enumerable.Range(0, 60).Select(_ => Step(model, optimizer, tokens)).ToArray();
        Assert.True(losses[^1] < 0.1 * losses[0], $"{losses[0]} → {losses[^1]}");
    }

    [Fact]
    public void A_thousand_steps_leave_no_tensor_behind()
    {
        using var model = new TinyLlama();
        using var optimizer = optim.AdamW(model.parameters(), lr: 1e-3);
        using var tokens = arange(0, 24).remainder(7).view(2, 12);
        for (var i = 0; i < 3; i++)
        {
            Step(model, optimizer, tokens);
        }

        var count = LiveTensors.Settled();
        for (var i = 0; i < 1000; i++)
        {
            Step(model, optimizer, tokens);
        }

        Assert.Equal(count, Tensor.TotalCount);
        Assert.True(Tensor.PeakCount >= count);
    }

    internal static double Step(TinyLlama model, AdamW optimizer, Tensor tokens)
    {
        using var scope = NewDisposeScope();
        optimizer.zero_grad();
        var logits = model.call(tokens[TensorIndex.Colon, ..^1]);   // [B, T-1, V]
        var loss = F.cross_entropy(logits.reshape(-1, 32), tokens[TensorIndex.Colon, 1..].reshape(-1));
        loss.backward();
        nn.utils.clip_grad_norm_(model.parameters(), 1.0);
        optimizer.step();
        return loss.item<float>();
    }
}
