using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>How a loss over elements becomes its result; the numbers are libtorch's.</summary>
        public enum Reduction : long
        {
            /// <summary>One value for each element.</summary>
            None = 0,
            /// <summary>Their mean.</summary>
            Mean = 1,
            /// <summary>Their sum.</summary>
            Sum = 2,
        }

        /// <summary>Functions without parameters of their own.</summary>
        public static class functional
        {
            /// <summary>x times the transposed weights, plus the bias.</summary>
            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) =>
                Tensor.Own(NativeMethods.linear(input.Handle, weights.Handle, Tensor.HandleOf(bias)), input, weights, bias);
            /// <summary>Exponentials along a dimension, scaled to sum to 1.</summary>
            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);
            /// <summary>The logarithm of <see cref="softmax"/>.</summary>
            public static Tensor log_softmax(Tensor x, long dim) => x.log_softmax(dim);
            /// <summary>The logarithm of the logistic function.</summary>
            public static Tensor logsigmoid(Tensor x) => Tensor.Own(NativeMethods.log_sigmoid(x.Handle), x);
            /// <summary>The logistic function.</summary>
            public static Tensor sigmoid(Tensor x) => x.sigmoid();
            /// <summary>The hyperbolic tangent.</summary>
            public static Tensor tanh(Tensor x, bool inplace = false) => inplace ? x.tanh_() : x.tanh();
            /// <summary>x times its logistic function.</summary>
            public static Tensor silu(Tensor x, bool inplace = false) => inplace ? x.Done(NativeMethods.silu_(x.Handle)) : x.silu();
            /// <summary>x, or 0 where it is negative.</summary>
            public static Tensor relu(Tensor x, bool inplace = false) => inplace ? x.relu_() : x.relu();
            /// <summary>x times the normal distribution function, exactly.</summary>
            public static Tensor gelu(Tensor x) => Tensor.Own(NativeMethods.gelu(x.Handle, 0), x);
            /// <summary>The smooth form of <see cref="relu"/>: log(1 + e^(βx)) / β.</summary>
            public static Tensor softplus(Tensor x, double beta = 1.0, double threshold = 20.0) =>
                Tensor.Own(NativeMethods.softplus(x.Handle, beta, threshold), x);
            /// <summary>Sets elements to zero at random and scales the rest; nothing outside training.</summary>
            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true, bool inplace = false) =>
                Tensor.Own(NativeMethods.dropout(input.Handle, p, training ? 1 : 0), input);
            /// <summary>One row for each index, 1 in its column; -1 classes: as many as the greatest index needs.</summary>
            public static Tensor one_hot(Tensor x, long num_classes = -1) => Tensor.Own(NativeMethods.one_hot(x.Handle, num_classes), x);
            /// <summary>Pads with a value; the sizes go by pairs from the last dimension backwards.</summary>
            /// <exception cref="ArgumentException">A mode other than constant, which this stand-in does not have.</exception>
            public static unsafe Tensor pad(Tensor input, ReadOnlySpan<long> pad, PaddingModes mode = PaddingModes.Constant, double value = 0)
            {
                if (mode != PaddingModes.Constant)
                {
                    throw new ArgumentException($"Padding by {mode} is not part of the stand-in.", nameof(mode));
                }

                fixed (long* p = pad)
                {
                    return Tensor.Own(NativeMethods.pad(input.Handle, p, pad.Length, value), input);
                }
            }

            /// <summary>Pads with a value; the sizes go by pairs from the last dimension backwards.</summary>
            public static Tensor pad(Tensor input, long[] pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, pad.AsSpan(), mode, value);
            /// <summary>Minus the log-probability of the target class, from logits [N, C, …] and indices [N, …].</summary>
            public static Tensor cross_entropy(
                Tensor input, Tensor target, Tensor? weight = null, long ignore_index = -100, Reduction reduction = Reduction.Mean, double label_smoothing = 0.0) =>
                Tensor.Own(
                    NativeMethods.cross_entropy(input.Handle, target.Handle, Tensor.HandleOf(weight), (long)reduction, ignore_index, label_smoothing),
                    input,
                    target,
                    weight);

            /// <summary>Normalises the last dimensions to mean 0 and variance 1.</summary>
            public static unsafe Tensor layer_norm(Tensor input, long[] normalized_shape, Tensor? weight = null, Tensor? bias = null, double eps = 1e-05)
            {
                fixed (long* p = normalized_shape)
                {
                    return Tensor.Own(
                        NativeMethods.layer_norm(input.Handle, p, normalized_shape.Length, Tensor.HandleOf(weight), Tensor.HandleOf(bias), eps), input, weight, bias);
                }
            }

            /// <summary>softmax(q kᵀ / √d + mask) v. A boolean mask keeps where it is true. The parameter is spelled is_casual, as in the real library.</summary>
            public static Tensor scaled_dot_product_attention(
                Tensor query, Tensor key, Tensor value, Tensor? attn_mask = null, double p = 0.0, bool is_casual = false)
            {
                if (p < 0)
                {
                    throw new ArgumentException("Dropout probability must be greater than or equal to zero.", nameof(p));
                }

                if (is_casual && attn_mask is not null)
                {
                    throw new ArgumentException("Casual attention mask cannot be set together with is_casual.", nameof(attn_mask));
                }

                return Tensor.Own(
                    NativeMethods.attention(query.Handle, key.Handle, value.Handle, Tensor.HandleOf(attn_mask), p, is_casual ? 1 : 0), query, key, value, attn_mask);
            }
        }
    }
}
