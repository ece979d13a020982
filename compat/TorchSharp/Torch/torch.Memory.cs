using System.Runtime.InteropServices;
using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor over the memory of an array of numbers: writing to either changes both.</summary>
    /// <exception cref="ArgumentException">The elements are of no tensor type.</exception>
    public static Tensor from_array(Array rawArray, ScalarType? dtype = null, Device? device = null)
    {
        var sizes = new long[rawArray.Rank];
        for (var i = 0; i < sizes.Length; i++)
        {
            sizes[i] = rawArray.GetLongLength(i);
        }

        var own = TypeOf(rawArray);
        var shared = Share(rawArray, sizes, own);
        if ((dtype is null || dtype == own) && (device is null || device.type == DeviceType.CPU))
        {
            return shared;
        }

        using var first = shared;
        return first.to(dtype ?? own, device ?? CPU);
    }

    private static unsafe Tensor Share(Array array, ReadOnlySpan<long> sizes, ScalarType type)
    {
        var pin = GCHandle.Alloc(array, GCHandleType.Pinned);
        fixed (long* s = sizes)
        {
            var result = NativeMethods.from_blob(pin.AddrOfPinnedObject(), s, sizes.Length, (int)type, &Unpin, GCHandle.ToIntPtr(pin));
            if (result == 0)
            {
                pin.Free();
            }

            return Tensor.Own(result);
        }
    }

    [UnmanagedCallersOnly]
    private static void Unpin(nint pin) => GCHandle.FromIntPtr(pin).Free();

    private static ScalarType TypeOf(Array array) => Type.GetTypeCode(array.GetType().GetElementType()) switch
    {
        TypeCode.Byte => ScalarType.Byte,
        TypeCode.SByte => ScalarType.Int8,
        TypeCode.Int16 => ScalarType.Int16,
        TypeCode.Int32 => ScalarType.Int32,
        TypeCode.Int64 => ScalarType.Int64,
        TypeCode.Single => ScalarType.Float32,
        TypeCode.Double => ScalarType.Float64,
        TypeCode.Boolean => ScalarType.Bool,
        _ when array is Half[] => ScalarType.Float16,
        _ => throw new ArgumentException($"No tensor type holds {array.GetType().GetElementType()}.", nameof(array)),
    };
}
