using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>The version of the libtorch in use.</summary>
    public static string __version__
    {
        get
        {
            var version = NativeMethods.version();
            return $"{version / 10000}.{version / 100 % 100}.{version % 100}";
        }
    }

    /// <summary>Sets how many threads one operation may use.</summary>
    public static void set_num_threads(int num) => NativeMethods.Check(NativeMethods.set_threads(num));
    /// <summary>How many threads one operation may use.</summary>
    public static int get_num_threads() => NativeMethods.threads();
    /// <summary>Sets how many operations may run beside each other; before the first one only.</summary>
    public static void set_num_interop_threads(int num) => NativeMethods.Check(NativeMethods.set_interop_threads(num));
    /// <summary>NVIDIA GPUs.</summary>
    public static class cuda
    {
        /// <summary>Whether this libtorch has CUDA and sees a device.</summary>
        public static bool is_available() => NativeMethods.cuda_devices() > 0;
        /// <summary>How many devices there are.</summary>
        public static int device_count() => NativeMethods.cuda_devices();
        /// <summary>Seeds the generators of all devices.</summary>
        public static Generator manual_seed(long seed) => torch.manual_seed(seed);
        /// <summary>Seeds the generators of all devices.</summary>
        public static Generator manual_seed_all(long seed) => torch.manual_seed(seed);
        /// <summary>Waits for all work of a device.</summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">There is no CUDA.</exception>
        public static void synchronize(Device? device = null) => NativeMethods.Check(NativeMethods.cuda_synchronize(device?.index ?? -1));
    }

    /// <summary>Settings of the libraries below.</summary>
    public static class backends
    {
        /// <summary>Settings of CUDA.</summary>
        public static class cuda
        {
            /// <summary>Settings of matrix products.</summary>
            public static class matmul
            {
                /// <summary>Whether single-precision products may round to TF32.</summary>
                public static bool allow_tf32
                {
                    get => NativeMethods.cuda_precision(0, -1) == 1;
                    set => _ = NativeMethods.cuda_precision(0, value ? 1 : 0);
                }

                /// <summary>Whether half-precision products may add in half precision.</summary>
                public static bool allow_fp16_reduced_precision_reduction
                {
                    get => NativeMethods.cuda_precision(2, -1) == 1;
                    set => _ = NativeMethods.cuda_precision(2, value ? 1 : 0);
                }
            }
        }

        /// <summary>Settings of cuDNN.</summary>
        public static class cudnn
        {
            /// <summary>Whether cuDNN may round to TF32.</summary>
            public static bool allow_tf32
            {
                get => NativeMethods.cuda_precision(1, -1) == 1;
                set => _ = NativeMethods.cuda_precision(1, value ? 1 : 0);
            }
        }
    }
}
