using static TorchSharp.torch;

namespace Orleans.Dpo.Compat.Tests.TorchSharp;

/// <summary>The count of live tensors, once the finalizers of earlier tests have run.</summary>
internal static class LiveTensors
{
    public static long Settled()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }
}
