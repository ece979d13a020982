namespace TorchSharp;

public static partial class torch
{
    /// <summary>e to the power of each element.</summary>
    public static Tensor exp(Tensor input) => input.exp();
    /// <summary>Natural logarithm of each element.</summary>
    public static Tensor log(Tensor input) => input.log();
    /// <summary>Natural logarithm of 1 plus each element.</summary>
    public static Tensor log1p(Tensor input) => input.log1p();
    /// <summary>Square root of each element.</summary>
    public static Tensor sqrt(Tensor input) => input.sqrt();
    /// <summary>1 over the square root of each element.</summary>
    public static Tensor rsqrt(Tensor input) => input.rsqrt();
    /// <summary>The absolute value of each element.</summary>
    public static Tensor abs(Tensor input) => input.abs();
    /// <summary>Hyperbolic tangent of each element.</summary>
    public static Tensor tanh(Tensor input) => input.tanh();
    /// <summary>The error function of each element.</summary>
    public static Tensor erf(Tensor input) => input.erf();
    /// <summary>This to the power of the other, element by element.</summary>
    public static Tensor pow(Tensor left, Tensor exponent) => left.pow(exponent);
    /// <summary>This to the power of the other, element by element.</summary>
    public static Tensor pow(Tensor left, Scalar exponent) => left.pow(exponent);
    /// <summary>The lesser, element by element.</summary>
    public static Tensor minimum(Tensor input, Tensor other) => input.minimum(other);
    /// <summary>The greater, element by element.</summary>
    public static Tensor maximum(Tensor input, Tensor other) => input.maximum(other);
    /// <summary>Where both are not zero.</summary>
    public static Tensor logical_and(Tensor left, Tensor right) => left.logical_and(right);
    /// <summary>The matrix product, batched by broadcasting.</summary>
    public static Tensor matmul(Tensor input, Tensor target) => input.matmul(target);
    /// <summary>The products of two batches of matrices.</summary>
    public static Tensor bmm(Tensor input, Tensor batch2) => input.bmm(batch2);
    /// <summary>The outer product of two vectors.</summary>
    public static Tensor outer(Tensor input, Tensor vec2) => input.outer(vec2);
    /// <summary>Per element: the first where the condition holds, the second elsewhere.</summary>
    public static Tensor where(Tensor condition, Tensor x, Tensor y) =>
        Tensor.Own(Interop.NativeMethods.@where(condition.Handle, x.Handle, y.Handle), condition, x, y);
    /// <summary>The number to the power of each element.</summary>
    public static Tensor pow(Scalar left, Tensor right) => Tensor.Own(Interop.NativeMethods.scalar_pow(left, right.Handle), right);
}
