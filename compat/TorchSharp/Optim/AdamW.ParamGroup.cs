using static TorchSharp.torch;

namespace TorchSharp.Modules;

public sealed partial class AdamW
{
    /// <summary>Parameters that share options.</summary>
    public sealed class ParamGroup : optim.ILearningRateController
    {
        /// <summary>The parameters, with options that may leave things open.</summary>
        public ParamGroup(IEnumerable<Parameter> parameters, Options options)
        {
            Parameters = parameters.ToArray();
            Options = options;
        }

        /// <summary>The parameters, with these options: the optimizer's arguments, its learning rate too, do not reach this group.</summary>
        public ParamGroup(IEnumerable<Parameter> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weight_decay = 0)
            : this(parameters, new Options { LearningRate = lr, beta1 = beta1, beta2 = beta2, eps = eps, weight_decay = weight_decay })
        {
        }

        /// <summary>The parameters.</summary>
        public IEnumerable<Parameter> Parameters { get; set; }
        /// <summary>The options.</summary>
        public Options Options { get; set; }
        /// <inheritdoc/>
        public double LearningRate
        {
            get => Options.LearningRate!.Value;
            set => Options.LearningRate = value;
        }
    }
}
