using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>e to the power of each element.</summary>
        public Tensor exp() => Own(NativeMethods.exp(Handle), this);
        /// <summary>Natural logarithm of each element.</summary>
        public Tensor log() => Own(NativeMethods.log(Handle), this);
        /// <summary>Natural logarithm of 1 plus each element.</summary>
        public Tensor log1p() => Own(NativeMethods.log1p(Handle), this);
        /// <summary>Square root of each element.</summary>
        public Tensor sqrt() => Own(NativeMethods.sqrt(Handle), this);
        /// <summary>1 over the square root of each element.</summary>
        public Tensor rsqrt() => Own(NativeMethods.rsqrt(Handle), this);
        /// <summary>Each element squared.</summary>
        public Tensor square() => Own(NativeMethods.square(Handle), this);
        /// <summary>1 over each element.</summary>
        public Tensor reciprocal() => Own(NativeMethods.reciprocal(Handle), this);
        /// <summary>Each element negated.</summary>
        public Tensor neg() => Own(NativeMethods.neg(Handle), this);
        /// <summary>The absolute value of each element.</summary>
        public Tensor abs() => Own(NativeMethods.abs(Handle), this);
        /// <summary>-1, 0 or 1 for each element.</summary>
        public Tensor sign() => Own(NativeMethods.sign(Handle), this);
        /// <summary>The integer at or below each element.</summary>
        public Tensor floor() => Own(NativeMethods.floor(Handle), this);
        /// <summary>The integer at or above each element.</summary>
        public Tensor ceil() => Own(NativeMethods.ceil(Handle), this);
        /// <summary>The nearest integer, ties to even.</summary>
        public Tensor round() => Own(NativeMethods.round(Handle), this);
        /// <summary>Sine of each element.</summary>
        public Tensor sin() => Own(NativeMethods.sin(Handle), this);
        /// <summary>Cosine of each element.</summary>
        public Tensor cos() => Own(NativeMethods.cos(Handle), this);
        /// <summary>Hyperbolic tangent of each element.</summary>
        public Tensor tanh() => Own(NativeMethods.tanh(Handle), this);
        /// <summary>The logistic function of each element.</summary>
        public Tensor sigmoid() => Own(NativeMethods.sigmoid(Handle), this);
        /// <summary>Each element, or 0 where it is negative.</summary>
        public Tensor relu() => Own(NativeMethods.relu(Handle), this);
        /// <summary>Each element times its logistic function.</summary>
        public Tensor silu() => Own(NativeMethods.silu(Handle), this);
        /// <summary>The error function of each element.</summary>
        public Tensor erf() => Own(NativeMethods.erf(Handle), this);
        /// <summary>Whether each element is finite.</summary>
        public Tensor isfinite() => Own(NativeMethods.isfinite(Handle), this);
        /// <summary>Whether each element is not a number.</summary>
        public Tensor isnan() => Own(NativeMethods.isnan(Handle), this);
        /// <summary>Whether each element is zero.</summary>
        public Tensor logical_not() => Own(NativeMethods.logical_not(Handle), this);
        /// <summary>The bits of each element inverted.</summary>
        public Tensor bitwise_not() => Own(NativeMethods.bitwise_not(Handle), this);
        /// <summary>In place: <see cref="exp"/>.</summary>
        public Tensor exp_() => Done(NativeMethods.exp_(Handle));
        /// <summary>In place: <see cref="sqrt"/>.</summary>
        public Tensor sqrt_() => Done(NativeMethods.sqrt_(Handle));
        /// <summary>In place: <see cref="tanh"/>.</summary>
        public Tensor tanh_() => Done(NativeMethods.tanh_(Handle));
        /// <summary>In place: <see cref="sigmoid"/>.</summary>
        public Tensor sigmoid_() => Done(NativeMethods.sigmoid_(Handle));
        /// <summary>In place: <see cref="relu"/>.</summary>
        public Tensor relu_() => Done(NativeMethods.relu_(Handle));
        /// <summary>Sets every element to 0. Unlike the other in-place forms it answers a new object, as the real library does.</summary>
        public Tensor zero_() => Zeroed().alias();
        internal Tensor Zeroed() => Done(NativeMethods.zero_(Handle));
        /// <summary>Sets every element to the value.</summary>
        public Tensor fill_(Scalar value) => Done(NativeMethods.fill_scalar_(Handle, value));
    }
}
