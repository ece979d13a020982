using System.Runtime.InteropServices;
using Orleans.Dpo.Trainer.Optimization;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Native;

/// <summary>The optional kernels: every member answers whether it did its work, and the caller has a managed form for when it did not.</summary>
internal static unsafe partial class NativeKernels
{
    private const string Library = "OrleansDpoKernels";

    /// <summary>Whether the library is beside the program and fits the libtorch in use.</summary>
    public static bool Available { get; } = NativeLibrary.TryLoad(Library, typeof(NativeKernels).Assembly, DllImportSearchPath.AssemblyDirectory, out _);

    /// <summary>One AdamW update of float32 tensors on one device. The gradients are scaled in place.</summary>
    public static bool AdamW(Tensor[] weights, Tensor[] gradients, Tensor[] means, Tensor[] squares, AdamWCoefficients c)
    {
        if (!Available || weights.Length == 0)
        {
            return weights.Length == 0;
        }

        fixed (nint* w = Handles(weights), g = Handles(gradients), m = Handles(means), s = Handles(squares))
        {
            var code = odk_adamw(w, g, m, s, weights.Length, c.GradientScale, c.Beta1, c.Beta2, c.Epsilon, c.Decay, c.StepSize, c.SquareRootCorrection);
            Keep(weights, gradients, means, squares);
            return code == 0;
        }
    }

    /// <summary>The norm of all tensors together.</summary>
    public static bool Norm(Tensor[] tensors, out double norm)
    {
        norm = 0;
        if (!Available || tensors.Length == 0)
        {
            return false;
        }

        fixed (nint* list = Handles(tensors))
        fixed (double* result = &norm)
        {
            var code = odk_norm(list, tensors.Length, result);
            Keep(tensors);
            return code == 0;
        }
    }

    /// <summary>Bytes that tensors hold on a CUDA device now and held at most.</summary>
    public static bool CudaMemory(int device, out long now, out long peak)
    {
        (now, peak) = (0, 0);
        fixed (long* current = &now, most = &peak)
        {
            return Available && odk_cuda_memory(device, current, most) == 0;
        }
    }

    /// <summary>Starts the peak of a CUDA device anew.</summary>
    public static bool ResetCudaPeak(int device) => Available && odk_cuda_reset_peak(device) == 0;

    /// <summary>Gives memory that no tensor holds back to the device.</summary>
    public static bool EmptyCudaCache() => Available && odk_cuda_empty_cache() == 0;

    private static nint[] Handles(Tensor[] tensors) => Array.ConvertAll(tensors, tensor => tensor.Handle);

    private static void Keep(params Tensor[][] lists) => GC.KeepAlive(lists);

    [LibraryImport(Library)]
    private static partial int odk_adamw(
        nint* weights, nint* gradients, nint* means, nint* squares, long count,
        double gradientScale, double beta1, double beta2, double epsilon, double decay, double stepSize, double correction);

    [LibraryImport(Library)]
    private static partial int odk_norm(nint* list, long count, double* result);

    [LibraryImport(Library)]
    private static partial int odk_cuda_memory(int device, long* now, long* peak);

    [LibraryImport(Library)]
    private static partial int odk_cuda_reset_peak(int device);

    [LibraryImport(Library)]
    private static partial int odk_cuda_empty_cache();
}
