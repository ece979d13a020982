using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

/// <summary>A learning rate that is a function of the step.</summary>
public sealed class LambdaLR : lr_scheduler.LRScheduler
{
    private readonly Func<int, double> _factor;

    internal LambdaLR(Optimizer optimizer, Func<int, double> factor, int last_epoch)
        : base(optimizer, last_epoch)
    {
        _factor = factor;
        step();
    }

    private protected override double Rate(ILearningRateController group) => group.InitialLearningRate * _factor(_last_epoch);
}
