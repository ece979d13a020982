using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The tensor as another type; the same one, by a new handle, when nothing changes and no copy is asked for.</summary>
        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Convert((int)type, null, copy, disposeAfter, non_blocking);
        /// <summary>The tensor on another device.</summary>
        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Convert(-1, device, copy, disposeAfter, non_blocking);
        /// <summary>The tensor on another kind of device.</summary>
        public Tensor to(DeviceType deviceType, int deviceIndex = -1, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Convert(-1, new Device(deviceType, deviceIndex), copy, disposeAfter, non_blocking);
        /// <summary>The tensor as another type on another device.</summary>
        public Tensor to(ScalarType type, Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Convert((int)type, device, copy, disposeAfter, non_blocking);
        /// <summary>The tensor on the processor.</summary>
        public Tensor cpu() => Convert(-1, CPU, false, false, false);
        /// <summary>The tensor on a CUDA device, the first when none is named.</summary>
        /// <exception cref="InvalidOperationException">There is no CUDA device.</exception>
        public Tensor cuda(Device? device = null, bool non_blocking = false) => Convert(-1, device ?? CUDA, false, false, non_blocking);
        /// <summary>A copy in memory of its own, within the graph.</summary>
        public Tensor clone() => Own(NativeMethods.clone(Handle), this);
        /// <summary>The same data outside the graph.</summary>
        public Tensor detach() => Own(NativeMethods.detach(Handle), this);
        /// <summary>Takes this tensor out of the graph.</summary>
        public Tensor detach_() => Done(NativeMethods.detach_(Handle));
        /// <summary>A second handle on the same tensor.</summary>
        public Tensor alias() => Own(NativeMethods.alias(Handle), this);
        /// <summary>The tensor in contiguous memory; the same one when it is already.</summary>
        public Tensor contiguous() => Own(NativeMethods.contiguous(Handle), this);
        /// <summary>Copies the elements of another tensor, converting and broadcasting.</summary>
        public Tensor copy_(Tensor source, bool nonBlocking = false) =>
            Done(NativeMethods.copy_(Handle, source.Handle, nonBlocking ? 1 : 0), source);
        private Tensor Convert(int type, Device? device, bool copy, bool disposeAfter, bool nonBlocking)
        {
            var result = Own(
                NativeMethods.to(Handle, type, device is null ? -1 : (int)device.type, device?.index ?? -1, copy ? 1 : 0, nonBlocking ? 1 : 0),
                this);
            if (disposeAfter)
            {
                Dispose();
            }

            return result;
        }
    }
}
