using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Tensors joined along a dimension.</summary>
    public static unsafe Tensor cat(IList<Tensor> tensors, long dim = 0)
    {
        fixed (nint* p = autograd.Handles(tensors))
        {
            var result = NativeMethods.cat(p, tensors.Count, dim);
            GC.KeepAlive(tensors);
            return Tensor.Own(result);
        }
    }

    /// <summary>Tensors joined along a new dimension.</summary>
    public static unsafe Tensor stack(IList<Tensor> tensors, long dim = 0)
    {
        fixed (nint* p = autograd.Handles(tensors))
        {
            var result = NativeMethods.stack(p, tensors.Count, dim);
            GC.KeepAlive(tensors);
            return Tensor.Own(result);
        }
    }

    /// <summary>Tensors joined along a new dimension.</summary>
    public static Tensor stack(IEnumerable<Tensor> tensors, long dim = 0) => stack(tensors.ToArray(), dim);
    /// <summary>Sums of products by the Einstein convention.</summary>
    public static unsafe Tensor einsum(string equation, params Tensor[] tensors)
    {
        fixed (byte* text = System.Text.Encoding.UTF8.GetBytes(equation + "\0"))
        fixed (nint* p = autograd.Handles(tensors))
        {
            var result = NativeMethods.einsum(text, p, tensors.Length);
            GC.KeepAlive(tensors);
            return Tensor.Own(result);
        }
    }

    /// <summary>The method <c>sum</c> as a function.</summary>
    public static Tensor sum(Tensor input) => input.sum();
    /// <summary>The method <c>sum</c> as a function.</summary>
    public static Tensor sum(Tensor input, long dim, bool keepdim = false, ScalarType? type = null) => input.sum(dim, keepdim, type);
    /// <summary>The method <c>mean</c> as a function.</summary>
    public static Tensor mean(Tensor input) => input.mean();
    /// <summary>The method <c>mean</c> as a function.</summary>
    public static Tensor mean(Tensor input, long[] dimensions, bool keepdim = false, ScalarType? type = null) => input.mean(dimensions, keepdim, type);
    /// <summary>The method <c>logsumexp</c> as a function.</summary>
    public static Tensor logsumexp(Tensor input, long dim, bool keepdim = false) => input.logsumexp(dim, keepdim);
    /// <summary>The method <c>all</c> as a function.</summary>
    public static Tensor all(Tensor input) => input.all();
    /// <summary>The method <c>any</c> as a function.</summary>
    public static Tensor any(Tensor input) => input.any();
    /// <summary>The method <c>max</c> as a function.</summary>
    public static Tensor max(Tensor input) => input.max();
    /// <summary>The method <c>min</c> as a function.</summary>
    public static Tensor min(Tensor input) => input.min();
    /// <summary>The method <c>max</c> as a function.</summary>
    public static (Tensor values, Tensor indexes) max(Tensor input, long dim, bool keepdim = false) => input.max(dim, keepdim);
    /// <summary>The method <c>min</c> as a function.</summary>
    public static (Tensor values, Tensor indexes) min(Tensor input, long dim, bool keepdim = false) => input.min(dim, keepdim);
    /// <summary>The method <c>argmax</c> as a function.</summary>
    public static Tensor argmax(Tensor input) => input.argmax();
    /// <summary>The method <c>argmax</c> as a function.</summary>
    public static Tensor argmax(Tensor input, long dim, bool keepdim = false) => input.argmax(dim, keepdim);
    /// <summary>The method <c>cumsum</c> as a function.</summary>
    public static Tensor cumsum(Tensor input, long dim, ScalarType? type = null) => input.cumsum(dim, type);
    /// <summary>The method <c>topk</c> as a function.</summary>
    public static (Tensor values, Tensor indices) topk(Tensor tensor, int k, int dim = -1, bool largest = true, bool sorted = true) => tensor.topk(k, dim, largest, sorted);
    /// <summary>The method <c>sort</c> as a function.</summary>
    public static (Tensor values, Tensor indices) sort(Tensor input, long dim = -1, bool descending = false, bool stable = false) => input.sort(dim, descending, stable);
    /// <summary>The method <c>multinomial</c> as a function.</summary>
    public static Tensor multinomial(Tensor input, long num_samples, bool replacement = false, Generator? generator = null) => input.multinomial(num_samples, replacement, generator);
    /// <summary>The method <c>softmax</c> as a function.</summary>
    public static Tensor softmax(Tensor input, int dim, ScalarType? dtype = null) => input.softmax(dim, dtype);
    /// <summary>The method <c>log_softmax</c> as a function.</summary>
    public static Tensor log_softmax(Tensor input, long dim, ScalarType? dtype = null) => input.log_softmax(dim, dtype);
    /// <summary>The method <c>triu</c> as a function.</summary>
    public static Tensor triu(Tensor input, long diagonal = 0) => input.triu(diagonal);
    /// <summary>The method <c>tril</c> as a function.</summary>
    public static Tensor tril(Tensor input, long diagonal = 0) => input.tril(diagonal);
    /// <summary>The method <c>gather</c> as a function.</summary>
    public static Tensor gather(Tensor input, long dim, Tensor index) => input.gather(dim, index);
    /// <summary>The method <c>index_select</c> as a function.</summary>
    public static Tensor index_select(Tensor input, long dim, Tensor index) => input.index_select(dim, index);
    /// <summary>The method <c>flatten</c> as a function.</summary>
    public static Tensor flatten(Tensor input, long start_dim = 0, long end_dim = -1) => input.flatten(start_dim, end_dim);
    /// <summary>The method <c>reshape</c> as a function.</summary>
    public static Tensor reshape(Tensor input, params long[] shape) => input.reshape(shape);
    /// <summary>The method <c>transpose</c> as a function.</summary>
    public static Tensor transpose(Tensor input, long dim0, long dim1) => input.transpose(dim0, dim1);
    /// <summary>The method <c>split</c> as a function.</summary>
    public static Tensor[] split(Tensor tensor, long[] split_size_or_sections, long dim = 0) => tensor.split(split_size_or_sections, dim);
    /// <summary>The method <c>chunk</c> as a function.</summary>
    public static Tensor[] chunk(Tensor input, long chunks, long dim = 0) => input.chunk(chunks, dim);
    /// <summary>The method <c>repeat_interleave</c> as a function.</summary>
    public static Tensor repeat_interleave(Tensor input, long repeats, long? dim = null) => input.repeat_interleave(repeats, dim);
}
