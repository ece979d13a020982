using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The same data by other sizes; one may be -1. The memory must allow it.</summary>
        public unsafe Tensor view(params ReadOnlySpan<long> shape) => Sized(&NativeMethods.view, shape);
        /// <summary>The same elements by other sizes, copied where the memory does not allow a view.</summary>
        public unsafe Tensor reshape(params ReadOnlySpan<long> shape) => Sized(&NativeMethods.reshape, shape);
        /// <summary>Dimensions of size 1 repeated without copying; -1 keeps a size.</summary>
        public unsafe Tensor expand(params ReadOnlySpan<long> sizes) => Sized(&NativeMethods.expand, sizes);
        /// <summary>The dimensions in another order.</summary>
        public unsafe Tensor permute(params ReadOnlySpan<long> permutation) => Sized(&NativeMethods.permute, permutation);
        /// <summary>The tensor repeated along each dimension, copied.</summary>
        public unsafe Tensor repeat(params ReadOnlySpan<long> sizes) => Sized(&NativeMethods.repeat, sizes);
        /// <summary>The elements in reverse order along dimensions.</summary>
        public unsafe Tensor flip(params ReadOnlySpan<long> dims) => Sized(&NativeMethods.flip, dims);
        /// <summary>Two dimensions exchanged.</summary>
        public Tensor transpose(long dim0, long dim1) => Own(NativeMethods.transpose(Handle, dim0, dim1), this);
        /// <summary>A matrix transposed.</summary>
        public Tensor t() => Own(NativeMethods.t(Handle), this);
        /// <summary>A new dimension of size 1.</summary>
        public Tensor unsqueeze(long dim) => Own(NativeMethods.unsqueeze(Handle, dim), this);
        /// <summary>Without dimensions of size 1, or without that one.</summary>
        public Tensor squeeze(long? dim = null) =>
            Own(dim is { } one ? NativeMethods.squeeze_dim(Handle, one) : NativeMethods.squeeze(Handle), this);
        /// <summary>A part along a dimension, sharing the memory.</summary>
        public Tensor narrow(long dim, long start, long length) => Own(NativeMethods.narrow(Handle, dim, start, length), this);
        /// <summary>One position along a dimension, which disappears.</summary>
        public Tensor select(long dim, long index) => Own(NativeMethods.select(Handle, dim, index), this);
        /// <summary>Every step-th position from start to before finish.</summary>
        public Tensor slice(long dim, long start, long finish, long step) => Own(NativeMethods.slice(Handle, dim, start, finish, step), this);
        /// <summary>Dimensions joined into one.</summary>
        public Tensor flatten(long start_dim = 0, long end_dim = -1) => Own(NativeMethods.flatten(Handle, start_dim, end_dim), this);
        /// <summary>The upper triangle, zero below the diagonal.</summary>
        public Tensor triu(long diagonal = 0) => Own(NativeMethods.triu(Handle, diagonal), this);
        /// <summary>The lower triangle, zero above the diagonal.</summary>
        public Tensor tril(long diagonal = 0) => Own(NativeMethods.tril(Handle, diagonal), this);
        /// <summary>The positions of elements that are not zero, one row each.</summary>
        public Tensor nonzero() => Own(NativeMethods.nonzero(Handle), this);
        /// <summary>Whole positions along a dimension, copied.</summary>
        public Tensor index_select(long dim, Tensor index) => Own(NativeMethods.index_select(Handle, dim, index.Handle), this, index);
        /// <summary>In place: rows of the source added at the positions.</summary>
        public Tensor index_add_(long dim, Tensor index, Tensor source, Scalar alpha) =>
            Done(NativeMethods.index_add_(Handle, dim, index.Handle, source.Handle, alpha), index, source);
        /// <summary>The elements that the index names along a dimension.</summary>
        public Tensor gather(long dim, Tensor index) => Own(NativeMethods.gather(Handle, dim, index.Handle), this, index);
        /// <summary>In place: the source written where the index says.</summary>
        public Tensor scatter_(long dim, Tensor index, Tensor src) =>
            Done(NativeMethods.scatter_(Handle, dim, index.Handle, src.Handle), index, src);
        /// <summary>In place: the value written where the index says.</summary>
        public Tensor scatter_(long dim, Tensor index, Scalar value) =>
            Done(NativeMethods.scatter_scalar_(Handle, dim, index.Handle, value), index);
        /// <summary>In place: the source added where the index says.</summary>
        public Tensor scatter_add_(long dim, Tensor index, Tensor src) =>
            Done(NativeMethods.scatter_add_(Handle, dim, index.Handle, src.Handle), index, src);
        /// <summary>The value where the mask is true.</summary>
        public Tensor masked_fill(Tensor mask, Scalar value) => Own(NativeMethods.masked_fill(Handle, mask.Handle, value), this, mask);
        /// <summary>In place: the value where the mask is true.</summary>
        public Tensor masked_fill_(Tensor mask, Scalar value) => Done(NativeMethods.masked_fill_(Handle, mask.Handle, value), mask);
        /// <summary>The elements where the mask is true, in one dimension.</summary>
        public Tensor masked_select(Tensor mask) => Own(NativeMethods.masked_select(Handle, mask.Handle), this, mask);
        /// <summary>This where the condition holds, the other elsewhere.</summary>
        public Tensor where(Tensor condition, Tensor y) => torch.where(condition, this, y);
        /// <summary>Each position repeated; without a dimension the tensor is flattened first.</summary>
        public Tensor repeat_interleave(long repeats, long? dim = null) =>
            Own(NativeMethods.repeat_interleave(Handle, repeats, dim ?? 0, dim is null ? 0 : 1), this);
        /// <summary>Each position repeated as often as its entry says.</summary>
        public Tensor repeat_interleave(Tensor repeats, long? dim = null) =>
            Own(NativeMethods.repeat_interleave_tensor(Handle, repeats.Handle, dim ?? 0, dim is null ? 0 : 1), this, repeats);
        /// <summary>Parts of that size along a dimension; the last may be smaller.</summary>
        public unsafe Tensor[] split(long size, int dim = 0)
        {
            var length = LengthOf(dim);
            return Several((p, n) => NativeMethods.split(Handle, size, dim, p, n), size > 0 ? Math.Max(1, (length + size - 1) / size) : 1);
        }

        /// <summary>Parts of those sizes along a dimension.</summary>
        public unsafe Tensor[] split(long[] sizes, long dim = 0) => Several(
            (p, n) =>
            {
                fixed (long* given = sizes)
                {
                    return NativeMethods.split_sizes(Handle, given, sizes.Length, dim, p, n);
                }
            },
            sizes.Length);

        /// <summary>At most that many parts along a dimension.</summary>
        public unsafe Tensor[] chunk(long chunks, long dim = 0) => Several((p, n) => NativeMethods.chunk(Handle, chunks, dim, p, n), Math.Max(1, chunks));
        /// <summary>Each position along a dimension.</summary>
        public unsafe Tensor[] unbind(long dimension = 0) => Several((p, n) => NativeMethods.unbind(Handle, dimension, p, n), Math.Max(1, LengthOf(dimension)));

        private unsafe Tensor Sized(delegate*<nint, long*, long, nint> operation, ReadOnlySpan<long> sizes)
        {
            fixed (long* p = sizes)
            {
                return Own(operation(Handle, p, sizes.Length), this);
            }
        }

        private unsafe delegate long Writer(nint* results, long capacity);

        private unsafe Tensor[] Several(Writer write, long capacity)
        {
            var handles = new nint[capacity];
            fixed (nint* p = handles)
            {
                var written = write(p, capacity);
                GC.KeepAlive(this);
                return written >= 0 ? Array.ConvertAll(handles[..(int)written], h => new Tensor(h)) : throw NativeMethods.Failure();
            }
        }

        // A dimension that does not exist is libtorch's to refuse.
        private long LengthOf(long dim)
        {
            var sizes = shape;
            var index = dim < 0 ? dim + sizes.Length : dim;
            return index >= 0 && index < sizes.Length ? sizes[index] : 0;
        }
    }
}
