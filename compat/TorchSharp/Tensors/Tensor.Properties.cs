using System.Globalization;
using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Number of dimensions.</summary>
        public long Dimensions => Read(NativeMethods.dim(Handle));
        /// <summary>Number of dimensions.</summary>
        public long ndim => Dimensions;
        /// <summary>Number of elements.</summary>
        public long NumberOfElements => Read(NativeMethods.numel(Handle));
        /// <summary>Bytes of one element.</summary>
        public long ElementSize => Read(NativeMethods.element_size(Handle));
        /// <summary>The element type.</summary>
        public ScalarType dtype => (ScalarType)Read(NativeMethods.dtype(Handle));
        /// <summary>The kind of device.</summary>
        public DeviceType device_type => (DeviceType)Read(NativeMethods.device_type(Handle));
        /// <summary>The number of the device; 0 on the processor.</summary>
        public int device_index => Math.Max(0, (int)Read(NativeMethods.device_index(Handle)));
        /// <summary>Where the tensor lives.</summary>
        public Device device => new(device_type, device_type == DeviceType.CPU ? -1 : device_index);
        /// <summary>Whether the tensor lives on the processor.</summary>
        public bool is_cpu() => device_type == DeviceType.CPU;
        /// <summary>Whether the tensor lives on a CUDA device.</summary>
        public bool is_cuda => device_type == DeviceType.CUDA;
        /// <summary>The sizes, as a new array.</summary>
        public unsafe long[] shape
        {
            get
            {
                var result = new long[Dimensions];
                fixed (long* p = result)
                {
                    NativeMethods.Check(NativeMethods.sizes(Handle, p));
                }

                GC.KeepAlive(this);
                return result;
            }
        }

        /// <summary>Number of elements.</summary>
        public long numel() => NumberOfElements;
        /// <summary>Number of dimensions.</summary>
        public long dim() => Dimensions;
        /// <summary>The sizes, as a new array.</summary>
        public long[] size() => shape;
        /// <summary>The size of one dimension, which may be negative.</summary>
        /// <exception cref="IndexOutOfRangeException">There is no such dimension.</exception>
        public long size(int dim)
        {
            var sizes = shape;
            return sizes[dim < 0 ? dim + sizes.Length : dim];
        }

        /// <summary>The steps between elements, in elements, as a new array.</summary>
        public unsafe long[] stride()
        {
            var result = new long[Dimensions];
            fixed (long* p = result)
            {
                NativeMethods.Check(NativeMethods.strides(Handle, p));
            }

            GC.KeepAlive(this);
            return result;
        }

        /// <summary>Whether the elements lie in order without gaps.</summary>
        public bool is_contiguous() => Read(NativeMethods.is_contiguous(Handle)) != 0;
        /// <summary>Whether the elements are floating-point numbers.</summary>
        public bool is_floating_point() => torch.is_floating_point(dtype);
        /// <summary>Type, device and sizes.</summary>
        public override string ToString() => IsInvalid
            ? "[invalid]"
            : string.Create(CultureInfo.InvariantCulture, $"[{string.Join('x', shape)}], type = {dtype}, device = {device}");

        /// <summary>The same object; <c>==</c> compares elements.</summary>
        public override bool Equals(object? obj) => ReferenceEquals(this, obj);
        /// <summary>By object.</summary>
        public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

        private long Read(long value)
        {
            GC.KeepAlive(this);
            return value;
        }
    }
}
