using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Modules, and what goes with them.</summary>
    public static partial class nn
    {
        /// <summary>A tensor that a module trains.</summary>
        public static Parameter Parameter(Tensor data, bool requires_grad = true) => new(data, requires_grad);
        /// <summary>y = x Wᵀ + b.</summary>
        public static Linear Linear(long inputSize, long outputSize, bool hasBias = true, Device? device = null, ScalarType? dtype = null) =>
            new(inputSize, outputSize, hasBias, device, dtype);
        /// <summary>A row for each index.</summary>
        /// <exception cref="ArgumentException">An option that this stand-in does not have.</exception>
        public static Embedding Embedding(
            long num_embeddings,
            long embedding_dims,
            long? padding_idx = null,
            double? max_norm = null,
            double norm_type = 2.0,
            bool scale_grad_by_freq = false,
            bool sparse = false,
            Device? device = null,
            ScalarType? dtype = null)
        {
            if (max_norm is not null || scale_grad_by_freq || sparse)
            {
                throw new ArgumentException("max_norm, scale_grad_by_freq and sparse are not part of the stand-in.", nameof(max_norm));
            }

            return new Embedding(num_embeddings, embedding_dims, padding_idx, device, dtype);
        }

        /// <summary>Parts in order.</summary>
        public static ModuleList<T> ModuleList<T>(params T[] modules)
            where T : Module => new(modules);
    }
}
