using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>In place: uniform numbers.</summary>
        public Tensor uniform_(double from, double to, Generator? generator = null) =>
            Drawn(NativeMethods.uniform_(Handle, from, to, Generator.HandleOf(generator)), generator);
        /// <summary>In place: normal numbers.</summary>
        public Tensor normal_(double mean = 0, double std = 1, Generator? generator = null) =>
            Drawn(NativeMethods.normal_(Handle, mean, std, Generator.HandleOf(generator)), generator);
        /// <summary>In place: integers from the first to below the second bound.</summary>
        public Tensor random_(double from, double to, Generator? generator = null) =>
            Drawn(NativeMethods.random_(Handle, (long)from, (long)to, Generator.HandleOf(generator)), generator);
        /// <summary>For factories: the flag costs a call only when it is set.</summary>
        internal Tensor Wanting(bool requiresGrad) => requiresGrad ? requires_grad_() : this;

        private Tensor Drawn(int status, Generator? generator)
        {
            GC.KeepAlive(generator);
            return Done(status);
        }
    }
}
