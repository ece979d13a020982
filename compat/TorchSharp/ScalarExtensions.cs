namespace TorchSharp;

/// <summary>Reads a <see cref="Scalar"/> back.</summary>
public static class ScalarExtensions
{
    /// <summary>The value as single precision.</summary>
    public static float ToSingle(this Scalar value) => (float)value.AsDouble;
    /// <summary>The value as double precision.</summary>
    public static double ToDouble(this Scalar value) => value.AsDouble;
    /// <summary>The value as a 32-bit integer, truncated.</summary>
    public static int ToInt32(this Scalar value) => (int)value.AsLong;
    /// <summary>The value as a 64-bit integer, truncated.</summary>
    public static long ToInt64(this Scalar value) => value.AsLong;
    /// <summary>Whether the value is not zero.</summary>
    public static bool ToBoolean(this Scalar value) => value.AsLong != 0;
}
