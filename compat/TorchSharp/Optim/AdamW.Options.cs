namespace TorchSharp.Modules;

public sealed partial class AdamW
{
    /// <summary>Settings of a group; what is null is taken from the optimizer's arguments.</summary>
    public sealed class Options
    {
        /// <summary>The rate of the next step.</summary>
        public double? LearningRate { get; set; }
        /// <summary>Decay of the first moment.</summary>
        public double? beta1 { get; set; }
        /// <summary>Decay of the second moment.</summary>
        public double? beta2 { get; set; }
        /// <summary>Added to the denominator.</summary>
        public double? eps { get; set; }
        /// <summary>Decay of the parameters, per unit of learning rate.</summary>
        public double? weight_decay { get; set; }

        internal void Complete(Options defaults)
        {
            LearningRate ??= defaults.LearningRate;
            beta1 ??= defaults.beta1;
            beta2 ??= defaults.beta2;
            eps ??= defaults.eps;
            weight_decay ??= defaults.weight_decay;
        }
    }
}
