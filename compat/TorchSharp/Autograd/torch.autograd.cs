using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Gradients over the recorded graph.</summary>
    public static partial class autograd
    {
        /// <summary>Adds the gradients of the tensors to the leaves, or to the inputs given. The graph is freed unless retained or created.</summary>
        public static unsafe void backward(
            IList<Tensor> tensors, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null)
        {
            var (t, g, i) = (Handles(tensors)!, Handles(grad_tensors), Handles(inputs));
            fixed (nint* tp = t, gp = g, ip = i)
            {
                NativeMethods.Check(NativeMethods.backward(
                    tp, t.Length, gp, (retain_graph ?? create_graph) ? 1 : 0, create_graph ? 1 : 0, ip, i?.Length ?? 0));
            }

            GC.KeepAlive(tensors);
            GC.KeepAlive(grad_tensors);
            GC.KeepAlive(inputs);
        }

        /// <summary>The gradients of the outputs with regard to the inputs; no leaf's <c>grad</c> changes.</summary>
        /// <returns>One tensor for each input; an invalid one where an input is unused and that is allowed.</returns>
        public static unsafe IList<Tensor> grad(
            IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null, bool retain_graph = false, bool create_graph = false, bool allow_unused = false)
        {
            var (o, i, g) = (Handles(outputs)!, Handles(inputs)!, Handles(grad_outputs));
            var result = new nint[i.Length];
            fixed (nint* op = o, ip = i, gp = g, rp = result)
            {
                NativeMethods.Check(NativeMethods.autograd_grad(
                    op, o.Length, ip, i.Length, gp, (retain_graph || create_graph) ? 1 : 0, create_graph ? 1 : 0, allow_unused ? 1 : 0, rp));
            }

            GC.KeepAlive(outputs);
            GC.KeepAlive(inputs);
            GC.KeepAlive(grad_outputs);
            return Array.ConvertAll(result, h => h == 0 ? Tensor.Invalid() : new Tensor(h));
        }

        internal static nint[]? Handles(IEnumerable<Tensor?>? tensors) => tensors?.Select(Tensor.HandleOf).ToArray();
    }
}
