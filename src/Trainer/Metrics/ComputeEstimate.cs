using System.Diagnostics;
using Orleans.Dpo.Trainer.Modeling;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Metrics;

/// <summary>How much of what the device can do a step uses: arithmetic that its tokens need, divided by what matrix products did when the run began.</summary>
/// <remarks>
/// A token needs 2 operations a weight forward, 2 backward to its inputs and 2 a trained weight backward to the weight, and 12 · layers · heads · head size · length for attention
/// (arXiv:2204.02311, appendix B). Work that is shared between answers or recomputed is counted as if it were done once a token.
/// </remarks>
internal sealed class ComputeEstimate
{
    private readonly double _operationsPerToken;
    private readonly double _ceiling;

    public ComputeEstimate(CausalDecoder model, double meanLength)
    {
        var config = model.Config;
        double all = 0, trained = 0;
        foreach (var (name, parameter) in model.named_parameters())
        {
            // A table that is only looked up does no arithmetic.
            if (!config.TiedEmbeddings && name.Contains("embed_tokens", StringComparison.Ordinal))
            {
                continue;
            }

            all += parameter.numel();
            trained += parameter.requires_grad ? parameter.numel() : 0;
        }

        _operationsPerToken = (4 * all) + (2 * trained) + (12.0 * config.Layers * config.Heads * config.HeadSize * meanLength);
        _ceiling = Ceiling(model);
    }

    public double Mfu(double tokensPerSecond) => tokensPerSecond * _operationsPerToken / _ceiling;

    /// <summary>Operations a second of a matrix product in the model's type: the best of three.</summary>
    private static double Ceiling(CausalDecoder model)
    {
        var size = model.Place.type == DeviceType.CPU ? 384 : 4096;
        var repeats = model.Place.type == DeviceType.CPU ? 1 : 10;
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        var matrix = ones([size, size], dtype: model.DType, device: model.Place);
        _ = matrix.matmul(matrix).sum().to(ScalarType.Float32).ToSingle();
        var best = double.MaxValue;
        for (var trial = 0; trial < 3; trial++)
        {
            var clock = Stopwatch.StartNew();
            var product = matrix;
            for (var i = 0; i < repeats; i++)
            {
                product = matrix.matmul(matrix);
            }

            _ = product.narrow(0, 0, 1).sum().to(ScalarType.Float32).ToSingle();   // waits for the device
            best = Math.Min(best, clock.Elapsed.TotalSeconds / repeats);
        }

        return 2.0 * size * size * size / best;
    }
}
