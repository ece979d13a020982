using System.Runtime.InteropServices;
using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A copy of the values, in one dimension.</summary>
    public static Tensor tensor(IList<byte> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Copy(Flat(rawArray), [rawArray.Count], ScalarType.Byte, dtype, device, requires_grad);
    /// <summary>A copy of the values, in those sizes.</summary>
    public static Tensor tensor(IList<byte> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Copy(Flat(rawArray), dimensions, ScalarType.Byte, dtype, device, requires_grad);
    /// <summary>A scalar tensor.</summary>
    public static Tensor tensor(int scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Copy([scalar], [], ScalarType.Int32, dtype, device, requires_grad);
    /// <summary>A copy of the values, in one dimension.</summary>
    public static Tensor tensor(IList<int> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Copy(Flat(rawArray), [rawArray.Count], ScalarType.Int32, dtype, device, requires_grad);
    /// <summary>A copy of the values, in those sizes.</summary>
    public static Tensor tensor(IList<int> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Copy(Flat(rawArray), dimensions, ScalarType.Int32, dtype, device, requires_grad);
    /// <summary>A scalar tensor.</summary>
    public static Tensor tensor(long scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Copy([scalar], [], ScalarType.Int64, dtype, device, requires_grad);
    /// <summary>A copy of the values, in one dimension.</summary>
    public static Tensor tensor(IList<long> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Copy(Flat(rawArray), [rawArray.Count], ScalarType.Int64, dtype, device, requires_grad);
    /// <summary>A copy of the values, in those sizes.</summary>
    public static Tensor tensor(IList<long> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Copy(Flat(rawArray), dimensions, ScalarType.Int64, dtype, device, requires_grad);
    /// <summary>A copy of the matrix.</summary>
    public static Tensor tensor(long[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Copy(Flat(rawArray.Cast<long>().ToArray()), [rawArray.GetLength(0), rawArray.GetLength(1)], ScalarType.Int64, dtype, device, requires_grad);
    /// <summary>A scalar tensor.</summary>
    public static Tensor tensor(float scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Copy([scalar], [], ScalarType.Float32, dtype, device, requires_grad);
    /// <summary>A copy of the values, in one dimension.</summary>
    public static Tensor tensor(IList<float> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Copy(Flat(rawArray), [rawArray.Count], ScalarType.Float32, dtype, device, requires_grad);
    /// <summary>A copy of the values, in those sizes.</summary>
    public static Tensor tensor(IList<float> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Copy(Flat(rawArray), dimensions, ScalarType.Float32, dtype, device, requires_grad);
    /// <summary>A copy of the matrix.</summary>
    public static Tensor tensor(float[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Copy(Flat(rawArray.Cast<float>().ToArray()), [rawArray.GetLength(0), rawArray.GetLength(1)], ScalarType.Float32, dtype, device, requires_grad);
    /// <summary>A scalar tensor.</summary>
    public static Tensor tensor(double scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Copy([scalar], [], ScalarType.Float64, dtype, device, requires_grad);
    /// <summary>A copy of the values, in one dimension.</summary>
    public static Tensor tensor(IList<double> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Copy(Flat(rawArray), [rawArray.Count], ScalarType.Float64, dtype, device, requires_grad);
    /// <summary>A copy of the values, in those sizes.</summary>
    public static Tensor tensor(IList<double> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Copy(Flat(rawArray), dimensions, ScalarType.Float64, dtype, device, requires_grad);
    /// <summary>A scalar tensor.</summary>
    public static Tensor tensor(bool scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Copy([scalar], [], ScalarType.Bool, dtype, device, requires_grad);
    /// <summary>A copy of the values, in one dimension.</summary>
    public static Tensor tensor(IList<bool> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Copy(Flat(rawArray), [rawArray.Count], ScalarType.Bool, dtype, device, requires_grad);
    /// <summary>A copy of the values, in those sizes.</summary>
    public static Tensor tensor(IList<bool> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Copy(Flat(rawArray), dimensions, ScalarType.Bool, dtype, device, requires_grad);

    private static ReadOnlySpan<T> Flat<T>(IList<T> values) => values switch
    {
        T[] array => array,
        List<T> list => CollectionsMarshal.AsSpan(list),
        _ => values.ToArray(),
    };

    private static unsafe Tensor Copy<T>(ReadOnlySpan<T> values, ReadOnlySpan<long> sizes, ScalarType own, ScalarType? dtype, Device? device, bool requiresGrad)
        where T : unmanaged
    {
        long expected = 1;
        foreach (var size in sizes)
        {
            expected *= size;
        }

        if (expected != values.Length)
        {
            throw new ArgumentException($"mismatched total size creating a tensor from an array: {values.Length} values, {expected} places.");
        }

        device ??= CPU;
        fixed (T* p = values)
        fixed (long* s = sizes)
        {
            T none;
            var result = Tensor.Own(NativeMethods.from_data((nint)(p is null ? &none : p), s, sizes.Length, (int)own, (int)device.type, device.index));
            if (dtype is { } wanted && wanted != own)
            {
                using var first = result;
                result = result.to(wanted);
            }

            return result.Wanting(requiresGrad);
        }
    }
}
