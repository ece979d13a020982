namespace TorchSharp;

/// <summary>Tensors and what is done with them, over the system's libtorch.</summary>
public static partial class torch
{
    /// <summary>Element types; the numbers are libtorch's.</summary>
    public enum ScalarType : sbyte
    {
        /// <summary>Unsigned 8 bits.</summary>
        Byte = 0,
        /// <summary>Signed 8 bits.</summary>
        Int8 = 1,
        /// <summary>Signed 16 bits.</summary>
        Int16 = 2,
        /// <summary>Signed 32 bits.</summary>
        Int32 = 3,
        /// <summary>Signed 64 bits.</summary>
        Int64 = 4,
        /// <summary>IEEE half precision.</summary>
        Float16 = 5,
        /// <summary>IEEE single precision.</summary>
        Float32 = 6,
        /// <summary>IEEE double precision.</summary>
        Float64 = 7,
        /// <summary>Two single-precision numbers.</summary>
        ComplexFloat32 = 9,
        /// <summary>Two double-precision numbers.</summary>
        ComplexFloat64 = 10,
        /// <summary>A boolean in a byte.</summary>
        Bool = 11,
        /// <summary>Quantized, signed 8 bits.</summary>
        QInt8 = 12,
        /// <summary>Quantized, unsigned 8 bits.</summary>
        QUInt8 = 13,
        /// <summary>Quantized, signed 32 bits.</summary>
        QInt32 = 14,
        /// <summary>The upper half of a single-precision number.</summary>
        BFloat16 = 15,
    }

    /// <summary><see cref="ScalarType.Byte"/>.</summary>
    public static readonly ScalarType uint8 = ScalarType.Byte;
    /// <summary><see cref="ScalarType.Int8"/>.</summary>
    public static readonly ScalarType int8 = ScalarType.Int8;
    /// <summary><see cref="ScalarType.Int16"/>.</summary>
    public static readonly ScalarType int16 = ScalarType.Int16;
    /// <summary><see cref="ScalarType.Int32"/>.</summary>
    public static readonly ScalarType int32 = ScalarType.Int32;
    /// <summary><see cref="ScalarType.Int64"/>.</summary>
    public static readonly ScalarType int64 = ScalarType.Int64;
    /// <summary><see cref="ScalarType.Int64"/>.</summary>
    public static readonly ScalarType @long = ScalarType.Int64;
    /// <summary><see cref="ScalarType.Float16"/>.</summary>
    public static readonly ScalarType float16 = ScalarType.Float16;
    /// <summary><see cref="ScalarType.Float16"/>.</summary>
    public static readonly ScalarType half = ScalarType.Float16;
    /// <summary><see cref="ScalarType.Float32"/>.</summary>
    public static readonly ScalarType float32 = ScalarType.Float32;
    /// <summary><see cref="ScalarType.Float64"/>.</summary>
    public static readonly ScalarType float64 = ScalarType.Float64;
    /// <summary><see cref="ScalarType.Bool"/>.</summary>
    public static readonly ScalarType @bool = ScalarType.Bool;
    /// <summary><see cref="ScalarType.BFloat16"/>.</summary>
    public static readonly ScalarType bfloat16 = ScalarType.BFloat16;
    /// <summary>Bytes one element takes.</summary>
    /// <exception cref="ArgumentException">The type has no fixed size here.</exception>
    public static int ElementSize(this ScalarType type) => type switch
    {
        ScalarType.Byte or ScalarType.Int8 or ScalarType.Bool or ScalarType.QInt8 or ScalarType.QUInt8 => 1,
        ScalarType.Int16 or ScalarType.Float16 or ScalarType.BFloat16 => 2,
        ScalarType.Int32 or ScalarType.Float32 or ScalarType.QInt32 => 4,
        ScalarType.Int64 or ScalarType.Float64 or ScalarType.ComplexFloat32 => 8,
        ScalarType.ComplexFloat64 => 16,
        _ => throw new ArgumentException($"{type} has no element size.", nameof(type)),
    };

    /// <summary>Whether the type can hold a gradient: floating point.</summary>
    public static bool is_floating_point(ScalarType type) =>
        type is ScalarType.Float16 or ScalarType.Float32 or ScalarType.Float64 or ScalarType.BFloat16;
    /// <summary>The element type of tensors made without one.</summary>
    public static void set_default_dtype(ScalarType dtype) => Interop.NativeMethods.Check(Interop.NativeMethods.set_default_dtype((int)dtype));
    /// <summary>The element type of tensors made without one.</summary>
    public static ScalarType get_default_dtype() => (ScalarType)Interop.NativeMethods.default_dtype();
}
