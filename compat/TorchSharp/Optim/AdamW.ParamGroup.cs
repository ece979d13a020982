using static TorchSharp.torch;

namespace TorchSharp.Modules;

public sealed partial class AdamW
{
    /// <summary>Parameters that share options.</summary>
    public sealed class ParamGroup : optim.ILearningRateController
    {
        /// <summary>An empty group with the optimizer's own options.</summary>
        public ParamGroup()
            : this([])
        {
        }

        /// <summary>The parameters, with options that may leave things open.</summary>
        public ParamGroup(IEnumerable<Parameter> parameters, Options? options = null)
        {
            Parameters = parameters.ToArray();
            Options = options ?? new Options();
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

        /// <inheritdoc/>
        public double InitialLearningRate
        {
            get => Options.InitialLearningRate!.Value;
            set => Options.InitialLearningRate = value;
        }
    }
}
