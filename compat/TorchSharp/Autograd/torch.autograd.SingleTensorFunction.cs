using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        /// <summary>A differentiable function written in C# that answers one tensor.</summary>
        /// <typeparam name="T">The function itself.</typeparam>
        public abstract class SingleTensorFunction<T>
            where T : SingleTensorFunction<T>, new()
        {
            /// <summary>The name of its node in the graph.</summary>
            public abstract string Name { get; }
            /// <summary>Runs the function and records it when an argument needs a gradient.</summary>
            public static Tensor apply(params object[] vars)
            {
                var function = new T();
                return CustomFunction.Apply(
                    vars, c => [function.forward(c, vars)], (c, gradients) => function.backward(c, gradients[0]!).ConvertAll(t => (Tensor?)t))[0];
            }

            /// <summary>Computes the result; gradients are not recorded here.</summary>
            public abstract Tensor forward(AutogradContext ctx, params object[] vars);
            /// <summary>The gradient of every argument of <see cref="forward"/>, null for those that have none.</summary>
            public abstract List<Tensor> backward(AutogradContext ctx, Tensor grad_output);
        }
    }
}
