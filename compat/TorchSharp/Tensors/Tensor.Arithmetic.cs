using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The sum, element by element.</summary>
        public Tensor add(Tensor target) => Own(NativeMethods.add(Handle, target.Handle), this, target);
        /// <summary>The sum, element by element.</summary>
        public Tensor add(Scalar scalar) => Own(NativeMethods.add_scalar(Handle, scalar), this);
        /// <summary>The difference, element by element.</summary>
        public Tensor sub(Tensor target) => Own(NativeMethods.sub(Handle, target.Handle), this, target);
        /// <summary>The difference, element by element.</summary>
        public Tensor sub(Scalar target) => Own(NativeMethods.sub_scalar(Handle, target), this);
        /// <summary>The product, element by element.</summary>
        public Tensor mul(Tensor target) => Own(NativeMethods.mul(Handle, target.Handle), this, target);
        /// <summary>The product, element by element.</summary>
        public Tensor mul(Scalar target) => Own(NativeMethods.mul_scalar(Handle, target), this);
        /// <summary>The quotient, element by element.</summary>
        public Tensor div(Tensor target) => Own(NativeMethods.div(Handle, target.Handle), this, target);
        /// <summary>The quotient, element by element.</summary>
        public Tensor div(Scalar target) => Own(NativeMethods.div_scalar(Handle, target), this);
        /// <summary>This to the power of the other, element by element.</summary>
        public Tensor pow(Tensor exponent) => Own(NativeMethods.pow(Handle, exponent.Handle), this, exponent);
        /// <summary>This to the power of the other, element by element.</summary>
        public Tensor pow(Scalar exponent) => Own(NativeMethods.pow_scalar(Handle, exponent), this);
        /// <summary>The remainder, with the sign of the divisor, element by element.</summary>
        public Tensor remainder(Tensor target) => Own(NativeMethods.remainder(Handle, target.Handle), this, target);
        /// <summary>The remainder, with the sign of the divisor, element by element.</summary>
        public Tensor remainder(Scalar scalar) => Own(NativeMethods.remainder_scalar(Handle, scalar), this);
        /// <summary>This plus alpha times the other.</summary>
        public Tensor add(Tensor target, Scalar alpha) => Own(NativeMethods.add_alpha(Handle, target.Handle, alpha), this, target);
        /// <summary>Where both are equal.</summary>
        public Tensor eq(Tensor target) => Own(NativeMethods.eq(Handle, target.Handle), this, target);
        /// <summary>Where both are equal.</summary>
        public Tensor eq(Scalar target) => Own(NativeMethods.eq_scalar(Handle, target), this);
        /// <summary>Where they differ.</summary>
        public Tensor ne(Tensor target) => Own(NativeMethods.ne(Handle, target.Handle), this, target);
        /// <summary>Where they differ.</summary>
        public Tensor ne(Scalar target) => Own(NativeMethods.ne_scalar(Handle, target), this);
        /// <summary>Where this is less.</summary>
        public Tensor lt(Tensor target) => Own(NativeMethods.lt(Handle, target.Handle), this, target);
        /// <summary>Where this is less.</summary>
        public Tensor lt(Scalar target) => Own(NativeMethods.lt_scalar(Handle, target), this);
        /// <summary>Where this is less or equal.</summary>
        public Tensor le(Tensor target) => Own(NativeMethods.le(Handle, target.Handle), this, target);
        /// <summary>Where this is less or equal.</summary>
        public Tensor le(Scalar target) => Own(NativeMethods.le_scalar(Handle, target), this);
        /// <summary>Where this is greater.</summary>
        public Tensor gt(Tensor target) => Own(NativeMethods.gt(Handle, target.Handle), this, target);
        /// <summary>Where this is greater.</summary>
        public Tensor gt(Scalar target) => Own(NativeMethods.gt_scalar(Handle, target), this);
        /// <summary>Where this is greater or equal.</summary>
        public Tensor ge(Tensor target) => Own(NativeMethods.ge(Handle, target.Handle), this, target);
        /// <summary>Where this is greater or equal.</summary>
        public Tensor ge(Scalar target) => Own(NativeMethods.ge_scalar(Handle, target), this);
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
        /// <summary>The bits only one of them has.</summary>
        public Tensor bitwise_xor(Tensor other) => Own(NativeMethods.bitwise_xor(Handle, other.Handle), this, other);
        /// <summary>The bits moved down; the sign fills in from above.</summary>
        public Tensor bitwise_right_shift(Tensor other) => Own(NativeMethods.bitwise_right_shift(Handle, other.Handle), this, other);
        /// <summary>The matrix product, batched by broadcasting. The real library ends the process on shapes that do not fit; this one throws.</summary>
        public Tensor matmul(Tensor target) => Own(NativeMethods.matmul(Handle, target.Handle), this, target);
        /// <summary>The product of two matrices.</summary>
        public Tensor mm(Tensor target) => Own(NativeMethods.mm(Handle, target.Handle), this, target);
        /// <summary>The products of two batches of matrices.</summary>
        public Tensor bmm(Tensor batch2) => Own(NativeMethods.bmm(Handle, batch2.Handle), this, batch2);
        /// <summary>The outer product of two vectors.</summary>
        public Tensor outer(Tensor vec2) => Own(NativeMethods.outer(Handle, vec2.Handle), this, vec2);
        /// <summary>In place: the sum.</summary>
        public Tensor add_(Tensor target) => Done(NativeMethods.add_(Handle, target.Handle), target);
        /// <summary>In place: the sum.</summary>
        public Tensor add_(Scalar scalar) => Done(NativeMethods.add_scalar_(Handle, scalar));
        /// <summary>In place: the difference.</summary>
        public Tensor sub_(Tensor target) => Done(NativeMethods.sub_(Handle, target.Handle), target);
        /// <summary>In place: the difference.</summary>
        public Tensor sub_(Scalar target) => Done(NativeMethods.sub_scalar_(Handle, target));
        /// <summary>In place: the product.</summary>
        public Tensor mul_(Tensor target) => Done(NativeMethods.mul_(Handle, target.Handle), target);
        /// <summary>In place: the product.</summary>
        public Tensor mul_(Scalar target) => Done(NativeMethods.mul_scalar_(Handle, target));
        /// <summary>In place: the quotient.</summary>
        public Tensor div_(Tensor target) => Done(NativeMethods.div_(Handle, target.Handle), target);
        /// <summary>In place: the quotient.</summary>
        public Tensor div_(Scalar target) => Done(NativeMethods.div_scalar_(Handle, target));
        /// <summary>In place: this plus alpha times the other.</summary>
        public Tensor add_(Tensor target, Scalar alpha) => Done(NativeMethods.add_alpha_(Handle, target.Handle, alpha), target);
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
