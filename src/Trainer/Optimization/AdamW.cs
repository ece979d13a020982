using System.Runtime.InteropServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Optimization;

/// <summary>AdamW whose state is plain tensors, so a checkpoint holds all of it. One pass over memory on the CPU, tensor operations elsewhere.</summary>
/// <remarks>State is float32. Weights of another type have a float32 master here, which is updated and rounded into them: small steps add up instead of vanishing.</remarks>
internal sealed class AdamW : IDisposable
{
    private readonly AdamWSettings _settings;
    private readonly (string Name, Parameter Weight, Tensor Master, Tensor Mean, Tensor Square)[] _slots;

    public AdamW(IEnumerable<(string name, Parameter parameter)> parameters, AdamWSettings settings)
    {
        _settings = settings;
        _slots = [.. parameters.OrderBy(entry => entry.name, StringComparer.Ordinal)
            .Select(entry => (entry.name, entry.parameter, MasterOf(entry.parameter), Zeros(entry.parameter), Zeros(entry.parameter)))];
    }

    /// <summary>Updates done.</summary>
    public int Steps { get; set; }

    /// <summary>First and second moments, and masters where there are any, under checkpoint names.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> State => _slots.SelectMany(slot => new[]
    {
        KeyValuePair.Create($"{slot.Name}.mean", slot.Mean), KeyValuePair.Create($"{slot.Name}.square", slot.Square), KeyValuePair.Create($"{slot.Name}.master", slot.Master),
    }.Where(entry => !ReferenceEquals(entry.Value, slot.Weight)));

    /// <summary>Norm of all gradients together.</summary>
    public double GradientNorm()
    {
        var sum = 0.0;
        foreach (var slot in _slots)
        {
            using var scope = NewDisposeScope();
            if (slot.Weight.grad is { } gradient)
            {
                var full = gradient.to(ScalarType.Float32);
                sum += OnCpu(slot.Weight) ? FusedKernels.SumOfSquares(Floats(full.contiguous())) : (full * full).sum().ToSingle();
            }
        }

        return Math.Sqrt(sum);
    }

    /// <param name="learningRate">Of this step.</param>
    /// <param name="gradientScale">Factor on every gradient, below 1 when the norm is clipped.</param>
    public void Step(double learningRate, double gradientScale)
    {
        Steps++;
        using var grad = no_grad();
        foreach (var slot in _slots)
        {
            using var scope = NewDisposeScope();
            if (slot.Weight.grad is not { } gradient)
            {
                continue;
            }

            var update = Coefficients(learningRate, gradientScale, slot.Weight.dim() >= 2);
            var full = gradient.to(ScalarType.Float32);
            if (OnCpu(slot.Weight))
            {
                FusedKernels.AdamW(Floats(slot.Master), Floats(full.contiguous()), Floats(slot.Mean), Floats(slot.Square), update);
            }
            else
            {
                ByTensorOperations(slot.Master, full, slot.Mean, slot.Square, update);
            }

            if (!ReferenceEquals(slot.Master, slot.Weight))
            {
                slot.Weight.copy_(slot.Master);
            }
        }
    }

    /// <summary>The same update in separate tensor operations, for other devices and as the plain form the fused one is tested against.</summary>
    internal static void ByTensorOperations(Tensor weight, Tensor gradient, Tensor mean, Tensor square, AdamWCoefficients c)
    {
        var scaled = gradient * c.GradientScale;
        mean.mul_(c.Beta1).add_(scaled * (1 - c.Beta1));
        square.mul_(c.Beta2).add_(scaled * scaled * (1 - c.Beta2));
        var denominator = square.sqrt() / c.SquareRootCorrection + c.Epsilon;
        weight.mul_(c.Decay).sub_(mean / denominator * c.StepSize);
    }

    public void Dispose()
    {
        foreach (var slot in _slots)
        {
            slot.Mean.Dispose();
            slot.Square.Dispose();
            if (!ReferenceEquals(slot.Master, slot.Weight))
            {
                slot.Master.Dispose();
            }
        }
    }

    internal static Span<float> Floats(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);

    private AdamWCoefficients Coefficients(double learningRate, double gradientScale, bool decays) => new(
        (float)gradientScale, (float)_settings.Beta1, (float)_settings.Beta2, (float)_settings.Epsilon,
        (float)(1 - (decays ? learningRate * _settings.WeightDecay : 0)),
        (float)(learningRate / (1 - Math.Pow(_settings.Beta1, Steps))),
        (float)Math.Sqrt(1 - Math.Pow(_settings.Beta2, Steps)));

    private static bool OnCpu(Tensor tensor) => tensor.device.type == TorchSharp.DeviceType.CPU;

    private static Tensor Zeros(Tensor like) => zeros_like(like, dtype: ScalarType.Float32, requires_grad: false).DetachFromDisposeScope();

    private static Tensor MasterOf(Parameter weight)
    {
        using var grad = no_grad();
        return weight.dtype == ScalarType.Float32 ? weight : weight.to(ScalarType.Float32).DetachFromDisposeScope();
    }
}
