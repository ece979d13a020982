using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>A number passed to an operation: floating point, integer or boolean. Laid out as the shim's <c>odpo_scalar</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct Scalar : IEquatable<Scalar>
{
    private readonly long _bits;
    private readonly long _kind;

    private Scalar(long bits, long kind)
    {
        _bits = bits;
        _kind = kind;
    }

    internal bool IsFloatingPoint => _kind == 0;

    internal bool IsBoolean => _kind == 2;

    internal double AsDouble => _kind == 0 ? BitConverter.Int64BitsToDouble(_bits) : _bits;

    internal long AsLong => _kind == 0 ? (long)BitConverter.Int64BitsToDouble(_bits) : _bits;

    /// <summary>An integer.</summary>
    public static implicit operator Scalar(byte value) => new(value, 1);
    /// <summary>An integer.</summary>
    public static implicit operator Scalar(short value) => new(value, 1);
    /// <summary>An integer.</summary>
    public static implicit operator Scalar(int value) => new(value, 1);
    /// <summary>An integer.</summary>
    public static implicit operator Scalar(long value) => new(value, 1);
    /// <summary>A floating-point number.</summary>
    public static implicit operator Scalar(float value) => new(BitConverter.DoubleToInt64Bits(value), 0);
    /// <summary>A floating-point number.</summary>
    public static implicit operator Scalar(double value) => new(BitConverter.DoubleToInt64Bits(value), 0);
    /// <summary>A boolean.</summary>
    public static implicit operator Scalar(bool value) => new(value ? 1 : 0, 2);
    /// <summary>Same kind and same value.</summary>
    public static bool operator ==(Scalar left, Scalar right) => left.Equals(right);
    /// <summary>Another kind or another value.</summary>
    public static bool operator !=(Scalar left, Scalar right) => !left.Equals(right);
    /// <inheritdoc/>
    public bool Equals(Scalar other) => _bits == other._bits && _kind == other._kind;
    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Scalar other && Equals(other);
    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_bits, _kind);
}
