namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        /// <summary>Changes parameters by their gradients.</summary>
        public abstract class Optimizer : IDisposable
        {
            /// <summary>The groups, with their learning rates.</summary>
            public abstract IEnumerable<ILearningRateController> ParamGroups { get; }
            /// <summary>All parameters.</summary>
            public abstract IEnumerable<Modules.Parameter> parameters();
            /// <summary>Changes the parameters once; the closure, if any, computes the loss first.</summary>
            /// <exception cref="KeyNotFoundException">A parameter was moved or converted after the optimizer was made.</exception>
            public abstract Tensor? step(Func<Tensor>? closure = null);
            /// <summary>Sets existing gradients to zero; it never removes them.</summary>
            public virtual void zero_grad()
            {
                foreach (var parameter in parameters())
                {
                    using var gradient = parameter.grad;
                    if (gradient is not null)
                    {
                        using var outside = gradient.detach();
                        outside.Zeroed();
                    }
                }
            }

            /// <summary>Frees the state.</summary>
            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            /// <summary>Frees the state.</summary>
            protected abstract void Dispose(bool disposing);
        }
    }
}
