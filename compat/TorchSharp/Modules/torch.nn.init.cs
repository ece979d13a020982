namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Ways to fill a fresh tensor, in place and outside the graph.</summary>
        public static class init
        {
            /// <summary>Normal numbers.</summary>
            public static Tensor normal_(Tensor tensor, double mean = 0.0, double std = 1.0, Generator? generator = null)
            {
                using var noGrad = no_grad();
                return tensor.normal_(mean, std, generator);
            }

            /// <summary>Uniform numbers.</summary>
            public static Tensor uniform_(Tensor tensor, double low = 0, double high = 1, Generator? generator = null)
            {
                using var noGrad = no_grad();
                return tensor.uniform_(low, high, generator);
            }

            /// <summary>One value.</summary>
            public static Tensor constant_(Tensor tensor, Scalar val)
            {
                using var noGrad = no_grad();
                return tensor.fill_(val);
            }

            /// <summary>Zeros.</summary>
            public static Tensor zeros_(Tensor tensor) => constant_(tensor, 0);
            /// <summary>Ones.</summary>
            public static Tensor ones_(Tensor tensor) => constant_(tensor, 1);
        }
    }
}
