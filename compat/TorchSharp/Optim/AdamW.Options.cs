namespace TorchSharp.Modules;

public sealed partial class AdamW
{
    /// <summary>Settings of a group; what is null is taken from the optimizer's arguments.</summary>
    public sealed class Options
    {
        /// <summary>The rate of the next step.</summary>
        public double? LearningRate { get; set; }
        /// <summary>The rate that schedules multiply.</summary>
        public double? InitialLearningRate { get; set; }
        /// <summary>Decay of the first moment.</summary>
        public double? beta1 { get; set; }
        /// <summary>Decay of the second moment.</summary>
        public double? beta2 { get; set; }
        /// <summary>Added to the denominator.</summary>
        public double? eps { get; set; }
        /// <summary>Decay of the parameters, per unit of learning rate.</summary>
        public double? weight_decay { get; set; }
        /// <summary>Whether the greatest second moment counts.</summary>
        public bool? amsgrad { get; set; }
        /// <summary>Whether the loss is to grow.</summary>
        public bool? maximize { get; set; }

        internal void Complete(Options defaults)
        {
            InitialLearningRate ??= LearningRate ?? defaults.InitialLearningRate;
            LearningRate ??= defaults.LearningRate;
            beta1 ??= defaults.beta1;
            beta2 ??= defaults.beta2;
            eps ??= defaults.eps;
            weight_decay ??= defaults.weight_decay;
            amsgrad ??= defaults.amsgrad;
            maximize ??= defaults.maximize;
        }
    }
}
