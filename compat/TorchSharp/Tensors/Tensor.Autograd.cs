using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Whether gradients of this tensor are recorded.</summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">Setting it on a tensor that is not floating point, or to false on one that has a history.</exception>
        public bool requires_grad
        {
            get => Read(NativeMethods.requires_grad(Handle)) != 0;
            set => Done(NativeMethods.set_requires_grad(Handle, value ? 1 : 0));
        }

        /// <summary>Whether the tensor has no history.</summary>
        public bool is_leaf => Read(NativeMethods.is_leaf(Handle)) != 0;
        /// <summary>The gradient, by a new handle each time; null when there is none.</summary>
        public unsafe Tensor? grad
        {
            get
            {
                nint result;
                NativeMethods.Check(NativeMethods.grad(Handle, &result));
                GC.KeepAlive(this);
                return result == 0 ? null : new Tensor(result);
            }
            set => Done(NativeMethods.set_grad(Handle, HandleOf(value)), value);
        }

        /// <summary>Sets <see cref="requires_grad"/>.</summary>
        public Tensor requires_grad_(bool requires_grad = true) => Done(NativeMethods.set_requires_grad(Handle, requires_grad ? 1 : 0));
        /// <summary>Keeps the gradient of a tensor that has a history.</summary>
        public void retain_grad() => Done(NativeMethods.retain_grad(Handle));
        /// <summary>Whether the tensor was made in inference mode.</summary>
        public bool is_inference() => Read(NativeMethods.is_inference(Handle)) != 0;
        /// <summary>Adds the gradients of this scalar to the leaves of its graph.</summary>
        public void backward() => backward(null);
        /// <summary>Adds the gradients of this tensor to the leaves of its graph, or to the inputs given.</summary>
        public void backward(IList<Tensor>? grad_tensors, bool retain_graph = false, bool create_graph = false, IList<Tensor>? inputs = null) =>
            autograd.backward([this], grad_tensors, retain_graph, create_graph, inputs);
    }
}
