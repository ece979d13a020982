using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor of zeros.</summary>
    public static unsafe Tensor zeros(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Make(&NativeMethods.zeros, size, dtype, device, requires_grad);
    /// <summary>A tensor of zeros.</summary>
    public static Tensor zeros(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        zeros([size], dtype, device, requires_grad);
    /// <summary>A tensor of zeros.</summary>
    public static Tensor zeros(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        zeros([rows, columns], dtype, device, requires_grad);
    /// <summary>A tensor of zeros.</summary>
    public static Tensor zeros(long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        zeros([dim0, dim1, dim2], dtype, device, requires_grad);
    /// <summary>A tensor of ones.</summary>
    public static unsafe Tensor ones(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Make(&NativeMethods.empty, size, dtype, device, false).fill_(1).Wanting(requires_grad);
    /// <summary>A tensor of ones.</summary>
    public static Tensor ones(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        ones([size], dtype, device, requires_grad);
    /// <summary>A tensor of ones.</summary>
    public static Tensor ones(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        ones([rows, columns], dtype, device, requires_grad);
    /// <summary>A tensor of ones.</summary>
    public static Tensor ones(long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        ones([dim0, dim1, dim2], dtype, device, requires_grad);
    /// <summary>A tensor of whatever the memory held.</summary>
    public static unsafe Tensor empty(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Make(&NativeMethods.empty, size, dtype, device, requires_grad);
    /// <summary>A tensor of whatever the memory held.</summary>
    public static Tensor empty(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        empty([size], dtype, device, requires_grad);
    /// <summary>A tensor of whatever the memory held.</summary>
    public static Tensor empty(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        empty([rows, columns], dtype, device, requires_grad);
    /// <summary>A tensor of whatever the memory held.</summary>
    public static Tensor empty(long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        empty([dim0, dim1, dim2], dtype, device, requires_grad);
    /// <summary>Uniform numbers in [0, 1).</summary>
    public static unsafe Tensor rand(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) =>
        Make(&NativeMethods.empty, size, dtype, device, false).uniform_(0, 1, generator).Wanting(requires_grad);
    /// <summary>Uniform numbers in [0, 1).</summary>
    public static Tensor rand(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) =>
        rand([size], dtype, device, requires_grad, generator);
    /// <summary>Uniform numbers in [0, 1).</summary>
    public static Tensor rand(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) =>
        rand([rows, columns], dtype, device, requires_grad, generator);
    /// <summary>Uniform numbers in [0, 1).</summary>
    public static Tensor rand(long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) =>
        rand([dim0, dim1, dim2], dtype, device, requires_grad, generator);
    /// <summary>Normal numbers of mean 0 and variance 1.</summary>
    public static unsafe Tensor randn(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) =>
        Make(&NativeMethods.empty, size, dtype, device, false).normal_(0, 1, generator).Wanting(requires_grad);
    /// <summary>Normal numbers of mean 0 and variance 1.</summary>
    public static Tensor randn(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) =>
        randn([size], dtype, device, requires_grad, generator);
    /// <summary>Normal numbers of mean 0 and variance 1.</summary>
    public static Tensor randn(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) =>
        randn([rows, columns], dtype, device, requires_grad, generator);
    /// <summary>Normal numbers of mean 0 and variance 1.</summary>
    public static Tensor randn(long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) =>
        randn([dim0, dim1, dim2], dtype, device, requires_grad, generator);
    /// <summary>A tensor of one value, of its type unless another is given.</summary>
    public static unsafe Tensor full(ReadOnlySpan<long> size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null)
    {
        fixed (long* p = size)
        {
            var result = NativeMethods.full(p, size.Length, value, Tensor.TypeOf(dtype), (int)(device ?? CPU).type, (device ?? CPU).index);
            return Tensor.Own(result).Wanting(requires_grad);
        }
    }

    /// <summary>A tensor of one value, of its type unless another is given.</summary>
    public static Tensor full(long size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        full([size], value, dtype, device, requires_grad);
    /// <summary>A matrix of one value, of its type unless another is given.</summary>
    public static Tensor full(long rows, long columns, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        full([rows, columns], value, dtype, device, requires_grad);
    /// <summary>Integers drawn from low to below high.</summary>
    public static unsafe Tensor randint(long low, long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) =>
        Make(&NativeMethods.empty, size, dtype ?? ScalarType.Int64, device, false).random_(low, high, generator).Wanting(requires_grad);
    /// <summary>Integers drawn from 0 to below high.</summary>
    public static Tensor randint(long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) =>
        randint(0, high, size, dtype, device, requires_grad, generator);
    /// <summary>The integers below n in random order.</summary>
    public static Tensor randperm(long n, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null)
    {
        var result = NativeMethods.randperm(n, Generator.HandleOf(generator), (int)(dtype ?? ScalarType.Int64), (int)(device ?? CPU).type, (device ?? CPU).index);
        GC.KeepAlive(generator);
        return Tensor.Own(result).Wanting(requires_grad);
    }

    /// <summary>Numbers from start to before stop; integers when all three are.</summary>
    public static Tensor arange(Scalar start, Scalar stop, Scalar step, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Tensor.Own(NativeMethods.arange(start, stop, step, Tensor.TypeOf(dtype), (int)(device ?? CPU).type, (device ?? CPU).index)).Wanting(requires_grad);
    /// <summary>Numbers from start to before stop in steps of 1.</summary>
    public static Tensor arange(Scalar start, Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(start, stop, 1, dtype, device, requires_grad);
    /// <summary>Numbers from 0 to before stop in steps of 1.</summary>
    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(0, stop, 1, dtype, device, requires_grad);
    /// <summary>Numbers evenly spaced from start to stop, both included.</summary>
    public static Tensor linspace(double start, double end, long steps, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Tensor.Own(NativeMethods.linspace(start, end, steps, Tensor.TypeOf(dtype), (int)(device ?? CPU).type, (device ?? CPU).index)).Wanting(requires_grad);
    /// <summary>Ones on the diagonal, zeros elsewhere.</summary>
    public static Tensor eye(long rows, long columns = -1, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Tensor.Own(NativeMethods.eye(rows, columns < 0 ? rows : columns, Tensor.TypeOf(dtype), (int)(device ?? CPU).type, (device ?? CPU).index)).Wanting(requires_grad);
    /// <summary>A tensor of the sizes of another, of whatever the memory held.</summary>
    public static Tensor empty_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Like(input, dtype, device).Wanting(requires_grad);
    /// <summary>Zeros in the sizes of another tensor.</summary>
    public static Tensor zeros_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Like(input, dtype, device).Zeroed().Wanting(requires_grad);
    /// <summary>Ones in the sizes of another tensor.</summary>
    public static Tensor ones_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Like(input, dtype, device).fill_(1).Wanting(requires_grad);
    /// <summary>One value in the sizes of another tensor.</summary>
    public static Tensor full_like(Tensor input, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Like(input, dtype, device).fill_(value).Wanting(requires_grad);
    /// <summary>Normal numbers in the sizes of another tensor.</summary>
    public static Tensor randn_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Like(input, dtype, device).normal_(0, 1).Wanting(requires_grad);

    private static Tensor Like(Tensor input, ScalarType? dtype, Device? device)
    {
        using var noGrad = no_grad();
        return Tensor.Own(NativeMethods.empty_like(input.Handle, Tensor.TypeOf(dtype), device is null ? -1 : (int)device.type, device?.index ?? -1), input);
    }

    private static unsafe Tensor Make(
        delegate*<long*, long, int, int, int, nint> create, ReadOnlySpan<long> size, ScalarType? dtype, Device? device, bool requiresGrad)
    {
        fixed (long* p = size)
        {
            var result = Tensor.Own(create(p, size.Length, Tensor.TypeOf(dtype), (int)(device ?? CPU).type, (device ?? CPU).index));
            return requiresGrad ? result.requires_grad_() : result;
        }
    }
}
