using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        private unsafe delegate T Indexed<T>(long count, long* kinds, long* args, nint* tensors);

        /// <summary>Reads a part; writes it (index_put_), broadcasting the value.</summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">An entry does not fit the sizes.</exception>
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        /// <summary>Reads what positions or masks name; writes it.</summary>
        public Tensor this[params Tensor[] indices]
        {
            get => index(Array.ConvertAll(indices, TensorIndex.Tensor));
            set => index_put_(value, Array.ConvertAll(indices, TensorIndex.Tensor));
        }

        /// <summary>Reads a part.</summary>
        public unsafe Tensor index(params TensorIndex[] indices) =>
            Own(WithIndices(indices, (n, kinds, args, tensors) => NativeMethods.index(Handle, n, kinds, args, tensors)), this);
        /// <summary>Writes a part, broadcasting the value.</summary>
        public unsafe Tensor index_put_(Tensor value, params TensorIndex[] indices) =>
            Done(WithIndices(indices, (n, kinds, args, tensors) => NativeMethods.index_put_(Handle, n, kinds, args, tensors, value.Handle)), value);
        /// <summary>Writes a number to a part.</summary>
        public unsafe Tensor index_put_(Scalar value, params TensorIndex[] indices) =>
            Done(WithIndices(indices, (n, kinds, args, tensors) => NativeMethods.index_put_scalar_(Handle, n, kinds, args, tensors, value)));

        private static unsafe T WithIndices<T>(TensorIndex[] indices, Indexed<T> call)
        {
            var count = indices.Length;
            var kinds = stackalloc long[count];
            var args = stackalloc long[3 * count];
            var tensors = stackalloc nint[count];
            for (var i = 0; i < count; i++)
            {
                ref var one = ref indices[i];
                kinds[i] = one.Kind;
                args[3 * i] = one.First;
                args[(3 * i) + 1] = one.Second;
                args[(3 * i) + 2] = one.Third;
                tensors[i] = HandleOf(one.Indices);
            }

            var result = call(count, kinds, args, tensors);
            GC.KeepAlive(indices);
            return result;
        }
    }
}
