using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>In place: uniform numbers.</summary>
        public Tensor uniform_(double low = 0, double high = 1, Generator? generator = null) =>
            Drawn(NativeMethods.uniform_(Handle, low, high, Generator.HandleOf(generator)), generator);
        /// <summary>In place: normal numbers.</summary>
        public Tensor normal_(double mean = 0, double stddev = 1, Generator? generator = null) =>
            Drawn(NativeMethods.normal_(Handle, mean, stddev, Generator.HandleOf(generator)), generator);
        /// <summary>In place: integers from low to below high.</summary>
        public Tensor random_(long low, long high, Generator? generator = null) =>
            Drawn(NativeMethods.random_(Handle, low, high, Generator.HandleOf(generator)), generator);
        /// <summary>For factories: the flag costs a call only when it is set.</summary>
        internal Tensor Wanting(bool requiresGrad) => requiresGrad ? requires_grad_() : this;

        private Tensor Drawn(int status, Generator? generator)
        {
            GC.KeepAlive(generator);
            return Done(status);
        }
    }
}
