using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Work on parameters as a whole.</summary>
        public static class utils
        {
            /// <summary>Scales all gradients down together when their common norm is above the bound.</summary>
            /// <returns>The norm before; reading it waits for a GPU.</returns>
            public static double clip_grad_norm_(IEnumerable<Parameter> tensors, double max_norm, double norm_type = 2.0)
            {
                using var scope = NewDisposeScope();
                using var noGrad = no_grad();
                var gradients = tensors.Select(p => p.grad).OfType<Tensor>().ToArray();
                if (gradients.Length == 0)
                {
                    return 0.0;
                }

                var device = gradients[0].device;
                var norms = Array.ConvertAll(gradients, g => norm_type == double.PositiveInfinity ? g.detach().abs().max().to(device) : g.detach().norm((float)norm_type).to(device));
                var together = stack(norms);
                var total = (norm_type == double.PositiveInfinity ? together.max() : together.norm((float)norm_type)).ToDouble();
                var scale = max_norm / (total + 1e-6);
                if (scale < 1)
                {
                    foreach (var gradient in gradients)
                    {
                        gradient.detach().mul_(scale);
                    }
                }

                return total;
            }
        }
    }
}
