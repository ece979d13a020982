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

    /// <summary>The method <c>mean</c> as a function.</summary>
    public static Tensor mean(Tensor input) => input.mean();
    /// <summary>The method <c>mean</c> as a function.</summary>
    public static Tensor mean(Tensor input, long[] dimensions, bool keepdim = false, ScalarType? type = null) => input.mean(dimensions, keepdim, type);
    /// <summary>The method <c>max</c> as a function.</summary>
    public static Tensor max(Tensor input) => input.max();
    /// <summary>The method <c>max</c> as a function.</summary>
    public static (Tensor values, Tensor indexes) max(Tensor input, long dim, bool keepdim = false) => input.max(dim, keepdim);
    /// <summary>The method <c>topk</c> as a function.</summary>
    public static (Tensor values, Tensor indices) topk(Tensor tensor, int k, int dim = -1, bool largest = true, bool sorted = true) => tensor.topk(k, dim, largest, sorted);
    /// <summary>The method <c>sort</c> as a function.</summary>
    public static (Tensor values, Tensor indices) sort(Tensor input, long dim = -1, bool descending = false, bool stable = false) => input.sort(dim, descending, stable);
    /// <summary>The method <c>multinomial</c> as a function.</summary>
    public static Tensor multinomial(Tensor input, long num_samples, bool replacement = false, Generator? generator = null) => input.multinomial(num_samples, replacement, generator);
    /// <summary>The method <c>softmax</c> as a function.</summary>
    public static Tensor softmax(Tensor input, int dim, ScalarType? dtype = null) => input.softmax(dim, dtype);
}
