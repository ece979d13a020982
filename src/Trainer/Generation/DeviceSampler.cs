using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.Randomness;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Generation;

/// <summary>What <see cref="TokenSampler"/> does, in tensor operations where the scores are: only the chosen tokens leave the device.</summary>
/// <remarks>The random numbers are those of <see cref="CounterRandom"/>, computed there too, so both forms draw the same tokens up to rounding.</remarks>
internal sealed class DeviceSampler : IDisposable
{
    private readonly JobSampling _settings;
    private readonly Tensor _steps;

    public DeviceSampler(JobSampling settings, int vocabulary, Device device)
    {
        _settings = settings;
        using var scope = NewDisposeScope();
        _steps = tensor(CounterRandom.Steps(vocabulary), device: device).view(1, -1).DetachFromDisposeScope(); // [1, V]
    }

    /// <param name="scores">Logits, one row a sequence: [B, V], float32.</param>
    /// <param name="streams">Each sequence's stream and the number of the token it draws, from 0.</param>
    public SampledToken[] Choose(Tensor scores, IReadOnlyList<(CounterRandom Random, int Position)> streams)
    {
        using var scope = NewDisposeScope();
        var chosen = _settings.Temperature == 0 ? scores.argmax(1) : Race(scores, streams);
        var logProbs = (scores.gather(1, chosen.unsqueeze(1)).squeeze(1) - scores.logsumexp(1)).cpu().data<float>().ToArray();
        var ids = chosen.cpu().data<long>().ToArray();
        return Array.Exists(logProbs, value => !float.IsFinite(value))
            ? throw TrainerException.Diverged("The policy's scores are not numbers; its weights are unusable.")
            : [.. ids.Zip(logProbs, (id, logProb) => new SampledToken((int)id, logProb))];
    }

    public void Dispose() => _steps.Dispose();

    /// <summary>The smallest −ln(u_v) / p_v of each row: [B].</summary>
    private Tensor Race(Tensor scores, IReadOnlyList<(CounterRandom Random, int Position)> streams)
    {
        var logits = scores / _settings.Temperature;
        var excluded = _settings.TopP < 1 ? BelowNucleus(logits) : null;                                           // [B, V]
        var first = tensor([.. streams.Select(stream => (long)stream.Random.Key + ((long)stream.Position * CounterRandom.Step * scores.shape[1]))], device: scores.device).view(-1, 1);
        var times = Uniforms(first + _steps).log().neg().log() - logits.to(ScalarType.Float64);                     // [B, V]
        return (excluded is null ? times : times.masked_fill(excluded, double.PositiveInfinity)).neg().argmax(1);
    }

    /// <summary>Tokens outside the fewest that together reach the share.</summary>
    private Tensor BelowNucleus(Tensor logits)
    {
        var shares = softmax(logits, 1);
        var (sorted, _) = sort(shares, 1, descending: true);
        var before = sorted.cumsum(1) - sorted;
        var least = sorted.masked_fill(before.ge(_settings.TopP), double.PositiveInfinity).neg().max(1).values.neg(); // [B]
        return shares.lt(least.unsqueeze(1));
    }

    /// <summary>Uniform in (0, 1) from the positions of the streams: <see cref="CounterRandom.Uniform"/> in tensor operations.</summary>
    private static Tensor Uniforms(Tensor z)
    {
        z = Shifted(z, 30) * unchecked((long)CounterRandom.FirstFactor);
        z = Shifted(z, 27) * unchecked((long)CounterRandom.SecondFactor);
        return (Down(Shifted(z, 31), 11).to(ScalarType.Float64) + 0.5) * (1.0 / (1UL << 53));
    }

    private static Tensor Shifted(Tensor z, int bits) => z.bitwise_xor(Down(z, bits));

    /// <summary>A shift that fills in zeros: there are no unsigned 64-bit tensors.</summary>
    private static Tensor Down(Tensor z, int bits) =>
        z.bitwise_right_shift(tensor((long)bits, device: z.device)).bitwise_and(tensor(long.MaxValue >> (bits - 1), device: z.device));
}
