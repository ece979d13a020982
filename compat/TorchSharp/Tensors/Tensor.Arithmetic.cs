using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The sum, element by element.</summary>
        public Tensor add(Tensor other) => Own(NativeMethods.add(Handle, other.Handle), this, other);
        /// <summary>The sum, element by element.</summary>
        public Tensor add(Scalar other) => Own(NativeMethods.add_scalar(Handle, other), this);
        /// <summary>The difference, element by element.</summary>
        public Tensor sub(Tensor other) => Own(NativeMethods.sub(Handle, other.Handle), this, other);
        /// <summary>The difference, element by element.</summary>
        public Tensor sub(Scalar other) => Own(NativeMethods.sub_scalar(Handle, other), this);
        /// <summary>The product, element by element.</summary>
        public Tensor mul(Tensor other) => Own(NativeMethods.mul(Handle, other.Handle), this, other);
        /// <summary>The product, element by element.</summary>
        public Tensor mul(Scalar other) => Own(NativeMethods.mul_scalar(Handle, other), this);
        /// <summary>The quotient, element by element.</summary>
        public Tensor div(Tensor other) => Own(NativeMethods.div(Handle, other.Handle), this, other);
        /// <summary>The quotient, element by element.</summary>
        public Tensor div(Scalar other) => Own(NativeMethods.div_scalar(Handle, other), this);
        /// <summary>This to the power of the other, element by element.</summary>
        public Tensor pow(Tensor other) => Own(NativeMethods.pow(Handle, other.Handle), this, other);
        /// <summary>This to the power of the other, element by element.</summary>
        public Tensor pow(Scalar other) => Own(NativeMethods.pow_scalar(Handle, other), this);
        /// <summary>The remainder, with the sign of the divisor, element by element.</summary>
        public Tensor remainder(Tensor other) => Own(NativeMethods.remainder(Handle, other.Handle), this, other);
        /// <summary>The remainder, with the sign of the divisor, element by element.</summary>
        public Tensor remainder(Scalar other) => Own(NativeMethods.remainder_scalar(Handle, other), this);
        /// <summary>This plus alpha times the other.</summary>
        public Tensor add(Tensor other, Scalar alpha) => Own(NativeMethods.add_alpha(Handle, other.Handle, alpha), this, other);
        /// <summary>Where both are equal.</summary>
        public Tensor eq(Tensor other) => Own(NativeMethods.eq(Handle, other.Handle), this, other);
        /// <summary>Where both are equal.</summary>
        public Tensor eq(Scalar other) => Own(NativeMethods.eq_scalar(Handle, other), this);
        /// <summary>Where they differ.</summary>
        public Tensor ne(Tensor other) => Own(NativeMethods.ne(Handle, other.Handle), this, other);
        /// <summary>Where they differ.</summary>
        public Tensor ne(Scalar other) => Own(NativeMethods.ne_scalar(Handle, other), this);
        /// <summary>Where this is less.</summary>
        public Tensor lt(Tensor other) => Own(NativeMethods.lt(Handle, other.Handle), this, other);
        /// <summary>Where this is less.</summary>
        public Tensor lt(Scalar other) => Own(NativeMethods.lt_scalar(Handle, other), this);
        /// <summary>Where this is less or equal.</summary>
        public Tensor le(Tensor other) => Own(NativeMethods.le(Handle, other.Handle), this, other);
        /// <summary>Where this is less or equal.</summary>
        public Tensor le(Scalar other) => Own(NativeMethods.le_scalar(Handle, other), this);
        /// <summary>Where this is greater.</summary>
        public Tensor gt(Tensor other) => Own(NativeMethods.gt(Handle, other.Handle), this, other);
        /// <summary>Where this is greater.</summary>
        public Tensor gt(Scalar other) => Own(NativeMethods.gt_scalar(Handle, other), this);
        /// <summary>Where this is greater or equal.</summary>
        public Tensor ge(Tensor other) => Own(NativeMethods.ge(Handle, other.Handle), this, other);
        /// <summary>Where this is greater or equal.</summary>
        public Tensor ge(Scalar other) => Own(NativeMethods.ge_scalar(Handle, other), this);
        /// <summary>The lesser, element by element.</summary>
        public Tensor minimum(Tensor other) => Own(NativeMethods.minimum(Handle, other.Handle), this, other);
        /// <summary>The greater, element by element.</summary>
        public Tensor maximum(Tensor other) => Own(NativeMethods.maximum(Handle, other.Handle), this, other);
        /// <summary>Where both are not zero.</summary>
        public Tensor logical_and(Tensor other) => Own(NativeMethods.logical_and(Handle, other.Handle), this, other);
        /// <summary>Where either is not zero.</summary>
        public Tensor logical_or(Tensor other) => Own(NativeMethods.logical_or(Handle, other.Handle), this, other);
        /// <summary>The bits both have.</summary>
        public Tensor bitwise_and(Tensor other) => Own(NativeMethods.bitwise_and(Handle, other.Handle), this, other);
        /// <summary>The bits either has.</summary>
        public Tensor bitwise_or(Tensor other) => Own(NativeMethods.bitwise_or(Handle, other.Handle), this, other);
        /// <summary>The matrix product, batched by broadcasting. The real library ends the process on shapes that do not fit; this one throws.</summary>
        public Tensor matmul(Tensor other) => Own(NativeMethods.matmul(Handle, other.Handle), this, other);
        /// <summary>The product of two matrices.</summary>
        public Tensor mm(Tensor other) => Own(NativeMethods.mm(Handle, other.Handle), this, other);
        /// <summary>The products of two batches of matrices.</summary>
        public Tensor bmm(Tensor other) => Own(NativeMethods.bmm(Handle, other.Handle), this, other);
        /// <summary>The outer product of two vectors.</summary>
        public Tensor outer(Tensor vec2) => Own(NativeMethods.outer(Handle, vec2.Handle), this, vec2);
        /// <summary>In place: the sum.</summary>
        public Tensor add_(Tensor other) => Done(NativeMethods.add_(Handle, other.Handle), other);
        /// <summary>In place: the sum.</summary>
        public Tensor add_(Scalar other) => Done(NativeMethods.add_scalar_(Handle, other));
        /// <summary>In place: the difference.</summary>
        public Tensor sub_(Tensor other) => Done(NativeMethods.sub_(Handle, other.Handle), other);
        /// <summary>In place: the difference.</summary>
        public Tensor sub_(Scalar other) => Done(NativeMethods.sub_scalar_(Handle, other));
        /// <summary>In place: the product.</summary>
        public Tensor mul_(Tensor other) => Done(NativeMethods.mul_(Handle, other.Handle), other);
        /// <summary>In place: the product.</summary>
        public Tensor mul_(Scalar other) => Done(NativeMethods.mul_scalar_(Handle, other));
        /// <summary>In place: the quotient.</summary>
        public Tensor div_(Tensor other) => Done(NativeMethods.div_(Handle, other.Handle), other);
        /// <summary>In place: the quotient.</summary>
        public Tensor div_(Scalar other) => Done(NativeMethods.div_scalar_(Handle, other));
        /// <summary>In place: this plus alpha times the other.</summary>
        public Tensor add_(Tensor other, Scalar alpha) => Done(NativeMethods.add_alpha_(Handle, other.Handle, alpha), other);
        /// <summary>In place: to the power of the exponent.</summary>
        public Tensor pow_(Scalar exponent) => Done(NativeMethods.pow_scalar_(Handle, exponent));
        /// <summary>In place: value times the product of two tensors, added to this.</summary>
        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value) =>
            Done(NativeMethods.addcmul_(Handle, tensor1.Handle, tensor2.Handle, value), tensor1, tensor2);
        /// <summary>In place: value times the quotient of two tensors, added to this.</summary>
        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value) =>
            Done(NativeMethods.addcdiv_(Handle, tensor1.Handle, tensor2.Handle, value), tensor1, tensor2);
        /// <summary>This moved towards the end by the weight.</summary>
        public Tensor lerp(Tensor end, Scalar weight) => Own(NativeMethods.lerp(Handle, end.Handle, weight), this, end);
        /// <summary>Each element within the bounds given.</summary>
        public unsafe Tensor clamp(Scalar? min = null, Scalar? max = null)
        {
            var (low, high) = (min.GetValueOrDefault(), max.GetValueOrDefault());
            return Own(NativeMethods.clamp(Handle, min is null ? null : &low, max is null ? null : &high), this);
        }

        /// <summary>In place: each element within the bounds given.</summary>
        public unsafe Tensor clamp_(Scalar? min = null, Scalar? max = null)
        {
            var (low, high) = (min.GetValueOrDefault(), max.GetValueOrDefault());
            return Done(NativeMethods.clamp_(Handle, min is null ? null : &low, max is null ? null : &high));
        }
    }
}
