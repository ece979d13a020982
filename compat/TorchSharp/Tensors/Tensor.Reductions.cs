using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The sum of all elements.</summary>
        public Tensor sum(ScalarType? type = null) => sum([], false, type);
        /// <summary>The sums along a dimension.</summary>
        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => sum([dim], keepdim, type);
        /// <summary>The sums along dimensions; none means all.</summary>
        public unsafe Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) => Reduce(&NativeMethods.sum, dim, keepdim, type);
        /// <summary>The sums along dimensions; none means all.</summary>
        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null) => sum(dim.AsSpan(), keepdim, type);
        /// <summary>The mean of all elements.</summary>
        public Tensor mean() => mean([], false, null);
        /// <summary>The means along dimensions; none means all.</summary>
        public unsafe Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) => Reduce(&NativeMethods.mean, dimensions, keepdim, type);
        /// <summary>The greatest elements along dimensions; none means all. Gradient is shared among ties.</summary>
        public unsafe Tensor amax(long[] dims, bool keepdim = false) => Reduce(&NativeMethods.amax, dims, keepdim, null);
        /// <summary>The logarithm of the sum of exponentials along a dimension.</summary>
        public Tensor logsumexp(long dim, bool keepdim = false) => logsumexp([dim], keepdim);
        /// <summary>The logarithm of the sum of exponentials along dimensions.</summary>
        public unsafe Tensor logsumexp(long[] dims, bool keepdim = false) => Reduce(&NativeMethods.logsumexp, dims, keepdim, null);
        /// <summary>The standard deviation of all elements.</summary>
        public unsafe Tensor std(bool unbiased = true) => Own(NativeMethods.std(Handle, null, 0, unbiased ? 1 : 0, 0), this);
        /// <summary>The standard deviations along dimensions.</summary>
        public unsafe Tensor std(long[] dimensions, bool unbiased = true, bool keepdim = false)
        {
            fixed (long* p = dimensions)
            {
                return Own(NativeMethods.std(Handle, p, dimensions.Length, unbiased ? 1 : 0, keepdim ? 1 : 0), this);
            }
        }

        /// <summary>The standard deviations along a dimension.</summary>
        public Tensor std(long dim, bool unbiased = true, bool keepdim = false) => std([dim], unbiased, keepdim);
        /// <summary>The variance of all elements.</summary>
        public unsafe Tensor var(bool unbiased = true) => Own(NativeMethods.var(Handle, null, 0, unbiased ? 1 : 0, 0), this);
        /// <summary>The variances along dimensions.</summary>
        public unsafe Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false)
        {
            fixed (long* p = dimensions)
            {
                return Own(NativeMethods.var(Handle, p, dimensions.Length, unbiased ? 1 : 0, keepdim ? 1 : 0), this);
            }
        }

        /// <summary>The variances along a dimension.</summary>
        public Tensor var(long dim, bool unbiased = true, bool keepdim = false) => var([dim], unbiased, keepdim);
        /// <summary>The p-norm of all elements.</summary>
        public unsafe Tensor norm(float p = 2.0f) => Own(NativeMethods.norm(Handle, p, null, 0, 0), this);
        /// <summary>The p-norms along a dimension.</summary>
        public unsafe Tensor norm(int dim, bool keepdim = false, float p = 2.0f)
        {
            long one = dim;
            return Own(NativeMethods.norm(Handle, p, &one, 1, keepdim ? 1 : 0), this);
        }

        /// <summary>Whether all elements are not zero.</summary>
        public Tensor all() => Own(NativeMethods.all(Handle), this);
        /// <summary>Whether all elements along a dimension are not zero.</summary>
        public Tensor all(long dim, bool keepdim = false) => Own(NativeMethods.all_dim(Handle, dim, keepdim ? 1 : 0), this);
        /// <summary>Whether any element is not zero.</summary>
        public Tensor any() => Own(NativeMethods.any(Handle), this);
        /// <summary>Whether any element along a dimension is not zero.</summary>
        public Tensor any(long dim, bool keepdim = false) => Own(NativeMethods.any_dim(Handle, dim, keepdim ? 1 : 0), this);
        /// <summary>The greatest element.</summary>
        public Tensor max() => Own(NativeMethods.max(Handle), this);
        /// <summary>The least element.</summary>
        public Tensor min() => Own(NativeMethods.min(Handle), this);
        /// <summary>The greatest elements along a dimension, and where they are.</summary>
        public unsafe (Tensor values, Tensor indexes) max(long dim, bool keepdim = false)
        {
            var pair = stackalloc nint[2];
            return Pair(NativeMethods.max_dim(Handle, dim, keepdim ? 1 : 0, pair), pair);
        }

        /// <summary>The least elements along a dimension, and where they are.</summary>
        public unsafe (Tensor values, Tensor indexes) min(long dim, bool keepdim = false)
        {
            var pair = stackalloc nint[2];
            return Pair(NativeMethods.min_dim(Handle, dim, keepdim ? 1 : 0, pair), pair);
        }

        /// <summary>Where the greatest element is, counted over all.</summary>
        public Tensor argmax() => Own(NativeMethods.argmax(Handle, 0, 0, 0), this);
        /// <summary>Where the greatest element along a dimension is.</summary>
        public Tensor argmax(long dim, bool keepdim = false) => Own(NativeMethods.argmax(Handle, dim, 1, keepdim ? 1 : 0), this);
        /// <summary>Where the least element is, counted over all.</summary>
        public Tensor argmin() => Own(NativeMethods.argmin(Handle, 0, 0, 0), this);
        /// <summary>Where the least element along a dimension is.</summary>
        public Tensor argmin(long dim, bool keepdim = false) => Own(NativeMethods.argmin(Handle, dim, 1, keepdim ? 1 : 0), this);
        /// <summary>Running sums along a dimension.</summary>
        public Tensor cumsum(long dim, ScalarType? type = null) => Own(NativeMethods.cumsum(Handle, dim, TypeOf(type)), this);
        /// <summary>The k greatest (or least) elements along a dimension, and where they are.</summary>
        public unsafe (Tensor values, Tensor indexes) topk(int k, int dim = -1, bool largest = true, bool sorted = true)
        {
            var pair = stackalloc nint[2];
            return Pair(NativeMethods.topk(Handle, k, dim, largest ? 1 : 0, sorted ? 1 : 0, pair), pair);
        }

        /// <summary>The elements in order along a dimension, and where they were.</summary>
        public unsafe (Tensor Values, Tensor Indices) sort(long dim = -1, bool descending = false, bool stable = false)
        {
            var pair = stackalloc nint[2];
            return Pair(NativeMethods.sort(Handle, dim, descending ? 1 : 0, stable ? 1 : 0, pair), pair);
        }

        /// <summary>Indices drawn in proportion to the elements of each row.</summary>
        public Tensor multinomial(long num_samples, bool replacement = false, Generator? generator = null)
        {
            var result = NativeMethods.multinomial(Handle, num_samples, replacement ? 1 : 0, Generator.HandleOf(generator));
            GC.KeepAlive(generator);
            return Own(result, this);
        }

        /// <summary>Exponentials along a dimension, scaled to sum to 1.</summary>
        public Tensor softmax(long dim, ScalarType? dtype = null) => Own(NativeMethods.softmax(Handle, dim, TypeOf(dtype)), this);
        /// <summary>The logarithm of <see cref="softmax"/>.</summary>
        public Tensor log_softmax(long dim, ScalarType? dtype = null) => Own(NativeMethods.log_softmax(Handle, dim, TypeOf(dtype)), this);

        internal static int TypeOf(ScalarType? type) => type is { } given ? (int)given : -1;

        private unsafe Tensor Reduce(delegate*<nint, long*, long, int, int, nint> reduction, ReadOnlySpan<long> dims, bool keepdim, ScalarType? type)
        {
            fixed (long* p = dims)
            {
                return Own(reduction(Handle, p, dims.Length, keepdim ? 1 : 0, TypeOf(type)), this);
            }
        }

        private unsafe (Tensor First, Tensor Second) Pair(int status, nint* pair)
        {
            NativeMethods.Check(status);
            GC.KeepAlive(this);
            return (new Tensor(pair[0]), new Tensor(pair[1]));
        }
    }
}
