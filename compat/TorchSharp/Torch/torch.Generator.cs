using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>The processor's default generator.</summary>
    public static Generator default_generator { get; } = new(CPU);
    /// <summary>Seeds the default generators of all devices.</summary>
    public static Generator manual_seed(long seed)
    {
        NativeMethods.Check(NativeMethods.manual_seed(seed));
        return default_generator;
    }

    /// <summary>The state of the processor's default generator.</summary>
    public static Tensor get_rng_state() => Tensor.Own(NativeMethods.generator_state(0, 0, -1));
    /// <summary>Restores the processor's default generator.</summary>
    public static void set_rng_state(Tensor new_state) =>
        new_state.Done(NativeMethods.generator_set_state(0, 0, -1, new_state.Handle));
    /// <summary>A stream of random numbers of its own.</summary>
    public class Generator : IDisposable
    {
        private nint _handle;

        /// <summary>A generator with that seed on that device.</summary>
        public Generator(ulong seed = 0, Device? device = null)
        {
            this.device = device ?? CPU;
            _handle = NativeMethods.Check(NativeMethods.generator_new((long)seed, (int)this.device.type, this.device.index));
        }

        // No handle of its own stands for the device's default generator. Not an overload of one integer: it would win over the seed.
        internal Generator(Device device) => this.device = device;

        /// <summary>Frees the native generator of one that nobody disposed.</summary>
        ~Generator() => Dispose(false);
        /// <summary>Where its numbers are drawn.</summary>
        public Device device { get; }
        /// <summary>Starts the stream of that seed.</summary>
        public Generator manual_seed(long seed)
        {
            NativeMethods.Check(_handle == 0 ? NativeMethods.manual_seed(seed) : NativeMethods.generator_seed(_handle, seed));
            return this;
        }

        /// <summary>The seed of the stream.</summary>
        public long initial_seed() => NativeMethods.generator_initial_seed(_handle);
        /// <summary>The state, to go on from later.</summary>
        public Tensor get_state() => Tensor.Own(NativeMethods.generator_state(_handle, 0, -1));
        /// <summary>Goes on from a state.</summary>
        public void set_state(Tensor value) => value.Done(NativeMethods.generator_set_state(_handle, 0, -1, value.Handle));
        /// <summary>Frees the generator.</summary>
        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        /// <summary>Frees the generator.</summary>
        protected virtual void Dispose(bool disposing)
        {
            if (_handle != 0)
            {
                NativeMethods.generator_free(_handle);
                _handle = 0;
            }
        }

        internal static nint HandleOf(Generator? generator) => generator?._handle ?? 0;
    }
}
