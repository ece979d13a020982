using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>Parameters without content. Whoever makes a model fills all of them: from a folder or with random numbers.</summary>
/// <remarks>Untouched memory costs nothing until it is written, so a model never exists twice while it is loaded.</remarks>
internal static class Weights
{
    public static Parameter Unset(Device device, ScalarType type, params long[] shape) =>
        (Parameter)new Parameter(empty(shape, dtype: type, device: device)).DetachFromDisposeScope();
}
