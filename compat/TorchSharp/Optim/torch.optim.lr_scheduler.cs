using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        /// <summary>Schedules of learning rates.</summary>
        public static partial class lr_scheduler
        {
            /// <summary>The initial rate times a factor of the step.</summary>
            public static LambdaLR LambdaLR(Optimizer optimizer, Func<int, double> lr_lambda, int last_epoch = -1, bool verbose = false) =>
                new(optimizer, lr_lambda, last_epoch);
            /// <summary>Sets the learning rates of an optimizer, step by step.</summary>
            public abstract class LRScheduler
            {
                private protected LRScheduler(Optimizer optimizer, int last_epoch)
                {
                    Optimizer = optimizer;
                    _last_epoch = last_epoch;
                }

                /// <summary>Steps taken; the first rate belongs to step 0.</summary>
                public int _last_epoch { get; private set; }

                private protected Optimizer Optimizer { get; }

                /// <summary>Goes to the next step and sets its rates.</summary>
                public virtual void step()
                {
                    _last_epoch++;
                    Apply();
                }

                /// <summary>Goes to a step and sets its rates.</summary>
                public virtual void step(int epoch)
                {
                    _last_epoch = epoch;
                    Apply();
                }

                /// <summary>The rates set last, one for each group.</summary>
                public IEnumerable<double> get_last_lr() => Optimizer.ParamGroups.Select(g => g.LearningRate);

                private protected abstract double Rate(ILearningRateController group);

                private void Apply()
                {
                    foreach (var group in Optimizer.ParamGroups)
                    {
                        group.LearningRate = Rate(group);
                    }
                }
            }
        }
    }
}
