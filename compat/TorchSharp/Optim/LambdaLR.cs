using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

/// <summary>A learning rate that is a function of the step.</summary>
public sealed class LambdaLR : lr_scheduler.LRScheduler
{
    private readonly Func<int, double, double> _rate;

    internal LambdaLR(Optimizer optimizer, Func<int, double> factor, int last_epoch)
        : this(optimizer, (step, initial) => initial * factor(step), last_epoch)
    {
    }

    internal LambdaLR(Optimizer optimizer, Func<int, double, double> rate, int last_epoch)
        : base(optimizer, last_epoch)
    {
        _rate = rate;
        step();
    }

    private protected override double Rate(ILearningRateController group) => _rate(_last_epoch, group.InitialLearningRate);
}
