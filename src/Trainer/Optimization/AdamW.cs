using System.Runtime.InteropServices;
using Orleans.Dpo.Trainer.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Optimization;

/// <summary>AdamW whose state is plain tensors, so a checkpoint holds all of it. One pass over memory on the CPU; elsewhere the native kernels, or tensor operations without them.</summary>
/// <remarks>Weights of half precision have a float32 master here that takes the updates; small updates would be lost to their rounding.</remarks>
internal sealed class AdamW : IDisposable
{
    private readonly AdamWSettings _settings;
    private readonly Slot[] _slots;

    public AdamW(IEnumerable<(string name, Parameter parameter)> parameters, AdamWSettings settings)
    {
        _settings = settings;
        using var grad = no_grad();
        _slots = [.. parameters.OrderBy(entry => entry.name, StringComparer.Ordinal).Select(entry => new Slot(entry.name, entry.parameter))];
    }

    /// <summary>Updates done.</summary>
    public int Steps { get; set; }

    /// <summary>First and second moments under checkpoint names, and the master weights where there are any.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> State => _slots.SelectMany(slot => slot.State);

    /// <summary>Norm of all gradients together.</summary>
    public double GradientNorm()
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        Tensor[] gradients = [.. _slots.Select(slot => slot.Weight.grad).OfType<Tensor>()];
        if (gradients.All(OnCpu))
        {
            return Math.Sqrt(gradients.Sum(gradient => FusedKernels.SumOfSquares(Floats(gradient.to(ScalarType.Float32).contiguous()))));
        }

        // One number leaves the device, however many tensors there are.
        return NativeKernels.Norm(gradients, out var norm)
            ? norm
            : Math.Sqrt(stack([.. gradients.Select(gradient => gradient.to(ScalarType.Float32).pow(2).sum())]).sum().ToSingle());
    }

    /// <param name="learningRate">Of this step.</param>
    /// <param name="gradientScale">Factor on every gradient, below 1 when the norm is clipped.</param>
    public void Step(double learningRate, double gradientScale)
    {
        Steps++;
        using var grad = no_grad();
        foreach (var slot in _slots.Where(slot => OnCpu(slot.Weight)))
        {
            using var scope = NewDisposeScope();
            if (slot.Weight.grad is { } gradient)
            {
                FusedKernels.AdamW(
                    Floats(slot.Target), Floats(gradient.to(ScalarType.Float32).contiguous()), Floats(slot.Mean), Floats(slot.Square),
                    Coefficients(learningRate, gradientScale, slot.Decays));
                slot.Publish();
            }
        }

        foreach (var alike in _slots.Where(slot => !OnCpu(slot.Weight)).GroupBy(slot => slot.Decays))
        {
            OnDevice([.. alike], Coefficients(learningRate, gradientScale, alike.Key));
        }
    }

    /// <summary>The same update in separate tensor operations: the plain form that the others are tested against.</summary>
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
        foreach (var (_, held) in State)
        {
            held.Dispose();
        }
    }

    internal static Span<float> Floats(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);

    private static void OnDevice(Slot[] alike, AdamWCoefficients coefficients)
    {
        using var scope = NewDisposeScope();
        Slot[] slots = [.. alike.Where(slot => slot.Weight.grad is not null)];
        Tensor[] gradients = Array.ConvertAll(slots, slot => slot.Weight.grad!.to(ScalarType.Float32));
        if (!NativeKernels.AdamW(
            Array.ConvertAll(slots, slot => slot.Target), gradients, Array.ConvertAll(slots, slot => slot.Mean), Array.ConvertAll(slots, slot => slot.Square), coefficients))
        {
            foreach (var (slot, gradient) in slots.Zip(gradients))
            {
                using var one = NewDisposeScope();
                ByTensorOperations(slot.Target, gradient, slot.Mean, slot.Square, coefficients);
            }
        }

        foreach (var slot in slots)
        {
            slot.Publish();
        }
    }

    private AdamWCoefficients Coefficients(double learningRate, double gradientScale, bool decays) => new(
        (float)gradientScale, (float)_settings.Beta1, (float)_settings.Beta2, (float)_settings.Epsilon,
        (float)(1 - (decays ? learningRate * _settings.WeightDecay : 0)),
        (float)(learningRate / (1 - Math.Pow(_settings.Beta1, Steps))),
        (float)Math.Sqrt(1 - Math.Pow(_settings.Beta2, Steps)));

    private static bool OnCpu(Tensor tensor) => tensor.device.type == TorchSharp.DeviceType.CPU;

    private sealed class Slot
    {
        private readonly string _name;
        private readonly Tensor? _master;

        public Slot(string name, Parameter weight)
        {
            using var scope = NewDisposeScope();
            (_name, Weight) = (name, weight);
            _master = weight.dtype == ScalarType.Float32 ? null : weight.detach().to(ScalarType.Float32).DetachFromDisposeScope();
            Mean = zeros_like(Target, requires_grad: false).DetachFromDisposeScope();
            Square = zeros_like(Target, requires_grad: false).DetachFromDisposeScope();
        }

        public Parameter Weight { get; }

        /// <summary>What the update changes.</summary>
        public Tensor Target => _master ?? Weight;

        public Tensor Mean { get; }

        public Tensor Square { get; }

        public bool Decays => Weight.dim() >= 2;

        public IEnumerable<KeyValuePair<string, Tensor>> State
        {
            get
            {
                yield return KeyValuePair.Create($"{_name}.mean", Mean);
                yield return KeyValuePair.Create($"{_name}.square", Square);
                if (_master is not null)
                {
                    yield return KeyValuePair.Create($"{_name}.master", _master);
                }
            }
        }

        public void Publish()
        {
            if (_master is not null)
            {
                Weight.copy_(_master);
            }
        }
    }
}
