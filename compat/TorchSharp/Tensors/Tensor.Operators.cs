using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The sum.</summary>
        public static Tensor operator +(Tensor left, Tensor right) => left.add(right);
        /// <summary>The sum.</summary>
        public static Tensor operator +(Tensor left, Scalar right) => left.add(right);
        /// <summary>The sum.</summary>
        public static Tensor operator +(Scalar left, Tensor right) => right.add(left);
        /// <summary>The difference.</summary>
        public static Tensor operator -(Tensor left, Tensor right) => left.sub(right);
        /// <summary>The difference.</summary>
        public static Tensor operator -(Tensor left, Scalar right) => left.sub(right);
        /// <summary>The difference.</summary>
        public static Tensor operator -(Scalar left, Tensor right) => Own(NativeMethods.rsub_scalar(right.Handle, left), right);
        /// <summary>The product.</summary>
        public static Tensor operator *(Tensor left, Tensor right) => left.mul(right);
        /// <summary>The product.</summary>
        public static Tensor operator *(Tensor left, Scalar right) => left.mul(right);
        /// <summary>The product.</summary>
        public static Tensor operator *(Scalar left, Tensor right) => right.mul(left);
        /// <summary>The quotient.</summary>
        public static Tensor operator /(Tensor left, Tensor right) => left.div(right);
        /// <summary>The quotient.</summary>
        public static Tensor operator /(Tensor left, Scalar right) => left.div(right);
        /// <summary>The quotient.</summary>
        public static Tensor operator /(Scalar left, Tensor right) => ReciprocalTimes(right, left);
        /// <summary>The remainder.</summary>
        public static Tensor operator %(Tensor left, Tensor right) => left.remainder(right);
        /// <summary>The remainder.</summary>
        public static Tensor operator %(Tensor left, Scalar right) => left.remainder(right);
        /// <summary>Where both are equal: a tensor, not a bool.</summary>
        public static Tensor operator ==(Tensor left, Tensor right) => left.eq(right);
        /// <summary>Where both are equal: a tensor, not a bool.</summary>
        public static Tensor operator ==(Tensor left, Scalar right) => left.eq(right);
        /// <summary>Where both are equal: a tensor, not a bool.</summary>
        public static Tensor operator ==(Scalar left, Tensor right) => right.eq(left);
        /// <summary>Where they differ: a tensor, not a bool.</summary>
        public static Tensor operator !=(Tensor left, Tensor right) => left.ne(right);
        /// <summary>Where they differ: a tensor, not a bool.</summary>
        public static Tensor operator !=(Tensor left, Scalar right) => left.ne(right);
        /// <summary>Where they differ: a tensor, not a bool.</summary>
        public static Tensor operator !=(Scalar left, Tensor right) => right.ne(left);
        /// <summary>Where the left is less.</summary>
        public static Tensor operator <(Tensor left, Tensor right) => left.lt(right);
        /// <summary>Where the left is less.</summary>
        public static Tensor operator <(Tensor left, Scalar right) => left.lt(right);
        /// <summary>Where the left is less.</summary>
        public static Tensor operator <(Scalar left, Tensor right) => right.gt(left);
        /// <summary>Where the left is less or equal.</summary>
        public static Tensor operator <=(Tensor left, Tensor right) => left.le(right);
        /// <summary>Where the left is less or equal.</summary>
        public static Tensor operator <=(Tensor left, Scalar right) => left.le(right);
        /// <summary>Where the left is less or equal.</summary>
        public static Tensor operator <=(Scalar left, Tensor right) => right.ge(left);
        /// <summary>Where the left is greater.</summary>
        public static Tensor operator >(Tensor left, Tensor right) => left.gt(right);
        /// <summary>Where the left is greater.</summary>
        public static Tensor operator >(Tensor left, Scalar right) => left.gt(right);
        /// <summary>Where the left is greater.</summary>
        public static Tensor operator >(Scalar left, Tensor right) => right.lt(left);
        /// <summary>Where the left is greater or equal.</summary>
        public static Tensor operator >=(Tensor left, Tensor right) => left.ge(right);
        /// <summary>Where the left is greater or equal.</summary>
        public static Tensor operator >=(Tensor left, Scalar right) => left.ge(right);
        /// <summary>Where the left is greater or equal.</summary>
        public static Tensor operator >=(Scalar left, Tensor right) => right.le(left);
        /// <summary>Each element negated.</summary>
        public static Tensor operator -(Tensor tensor) => tensor.neg();
        /// <summary>The bits of each element inverted; logical not on booleans.</summary>
        public static Tensor operator ~(Tensor left) => left.bitwise_not();
        /// <summary>The bits both have.</summary>
        public static Tensor operator &(Tensor left, Tensor right) => left.bitwise_and(right);
        /// <summary>The bits either has.</summary>
        public static Tensor operator |(Tensor left, Tensor right) => left.bitwise_or(right);

        // number / tensor, as libtorch's Python and C++ front ends do it.
        private static Tensor ReciprocalTimes(Tensor tensor, Scalar number)
        {
            using var inverse = tensor.reciprocal();
            return inverse.mul(number);
        }
    }
}
