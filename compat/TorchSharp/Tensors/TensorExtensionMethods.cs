namespace TorchSharp;

/// <summary>The only element of a tensor, converted from whatever type it has.</summary>
public static class TensorExtensionMethods
{
    /// <summary>As single precision.</summary>
    public static float ToSingle(this torch.Tensor value) => value.ToScalar().ToSingle();
    /// <summary>As double precision.</summary>
    public static double ToDouble(this torch.Tensor value) => value.ToScalar().ToDouble();
    /// <summary>As a 32-bit integer.</summary>
    public static int ToInt32(this torch.Tensor value) => value.ToScalar().ToInt32();
    /// <summary>As a 64-bit integer.</summary>
    public static long ToInt64(this torch.Tensor value) => value.ToScalar().ToInt64();
    /// <summary>Whether it is not zero.</summary>
    public static bool ToBoolean(this torch.Tensor value) => value.ToDouble() != 0;
}
