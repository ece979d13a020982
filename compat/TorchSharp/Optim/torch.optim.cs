using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Optimizers.</summary>
    public static partial class optim
    {
        /// <summary>Adam with decoupled weight decay. The decay's default is 0, unlike PyTorch's 0.01.</summary>
        public static AdamW AdamW(
            IEnumerable<Parameter> parameters,
            double lr = 1e-3,
            double beta1 = 0.9,
            double beta2 = 0.999,
            double eps = 1e-8,
            double weight_decay = 0,
            bool amsgrad = false,
            bool maximize = false) =>
            new(parameters, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);

        /// <summary>Adam with decoupled weight decay, with options for each group.</summary>
        public static AdamW AdamW(
            IEnumerable<AdamW.ParamGroup> parameters,
            double lr = 1e-3,
            double beta1 = 0.9,
            double beta2 = 0.999,
            double eps = 1e-8,
            double weight_decay = 0,
            bool amsgrad = false,
            bool maximize = false) =>
            new(parameters, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);

        /// <summary>Something with a learning rate: a parameter group.</summary>
        public interface ILearningRateController
        {
            /// <summary>The rate of the next step.</summary>
            double LearningRate { get; set; }
        }
    }
}
