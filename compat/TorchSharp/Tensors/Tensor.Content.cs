using TorchSharp.Interop;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The memory of a contiguous tensor on the processor; setting copies as many bytes as the tensor has.</summary>
        /// <exception cref="InvalidOperationException">The tensor is elsewhere or has gaps.</exception>
        /// <exception cref="ArgumentException">It is larger than a span can be, or the lengths differ.</exception>
        public Span<byte> bytes
        {
            get => Memory();
            set
            {
                var own = Memory();
                if (value.Length != own.Length)
                {
                    throw new ArgumentException($"The tensor has {own.Length} bytes, not {value.Length}.", nameof(value));
                }

                value.CopyTo(own);
                GC.KeepAlive(this);
            }
        }

        /// <summary>Typed access to the elements.</summary>
        /// <exception cref="ArgumentException">T is not the element type.</exception>
        public TensorAccessor<T> data<T>()
            where T : unmanaged
        {
            RequireType<T>();
            return new TensorAccessor<T>(this);
        }

        /// <summary>The only element.</summary>
        /// <exception cref="ArgumentException">T is not the element type (float of a bfloat16 tensor: use <see cref="TensorExtensionMethods.ToSingle"/>), or there is not exactly one.</exception>
        public unsafe T item<T>()
            where T : unmanaged
        {
            if (NumberOfElements != 1)
            {
                throw new ArgumentException("Number of elements in the tensor must be 1");
            }

            RequireType<T>();
            if (is_cpu())
            {
                var value = *(T*)NativeMethods.Check(NativeMethods.data_ptr(Handle));
                GC.KeepAlive(this);
                return value;
            }

            using var here = cpu().DetachFromDisposeScope();
            return here.item<T>();
        }

        /// <summary>The only element as a number.</summary>
        public unsafe Scalar ToScalar()
        {
            Scalar result;
            NativeMethods.Check(NativeMethods.item(Handle, &result));
            GC.KeepAlive(this);
            return result;
        }

        /// <summary>Writes the raw elements of a contiguous tensor on the processor, of any size.</summary>
        /// <exception cref="InvalidOperationException">The tensor is elsewhere or has gaps.</exception>
        public unsafe void WriteBytesToStream(Stream stream, int bufferSize = 1024)
        {
            RequireMemory();
            var left = NumberOfElements * ElementSize;
            for (var p = (byte*)NativeMethods.data_ptr(Handle); left > 0;)
            {
                var piece = (int)Math.Min(left, 1 << 20);
                stream.Write(new ReadOnlySpan<byte>(p, piece));
                p += piece;
                left -= piece;
            }

            GC.KeepAlive(this);
        }

        /// <summary>Reads the raw elements, in order, into a contiguous tensor on the processor.</summary>
        /// <exception cref="InvalidOperationException">The tensor is elsewhere or has gaps.</exception>
        /// <exception cref="EndOfStreamException">The stream ends too early.</exception>
        public unsafe void ReadBytesFromStream(Stream stream, int bufferSize = 1024)
        {
            RequireMemory();
            var left = NumberOfElements * ElementSize;
            for (var p = (byte*)NativeMethods.data_ptr(Handle); left > 0;)
            {
                var piece = (int)Math.Min(left, 1 << 20);
                stream.ReadExactly(new Span<byte>(p, piece));
                p += piece;
                left -= piece;
            }

            GC.KeepAlive(this);
        }

        private unsafe Span<byte> Memory()
        {
            RequireMemory();
            var length = NumberOfElements * ElementSize;
            return length <= int.MaxValue
                ? new Span<byte>((void*)NativeMethods.data_ptr(Handle), (int)length)
                : throw new ArgumentException($"The tensor has {length} bytes, more than a span holds.");
        }

        private void RequireMemory()
        {
            if (!is_cpu())
            {
                throw new InvalidOperationException("Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading.");
            }

            if (!is_contiguous())
            {
                throw new InvalidOperationException("Bytes() called on non-contiguous tensor.");
            }
        }

        private void RequireType<T>()
            where T : unmanaged
        {
            var wanted = dtype switch
            {
                ScalarType.Byte => typeof(byte),
                ScalarType.Int8 => typeof(sbyte),
                ScalarType.Int16 => typeof(short),
                ScalarType.Int32 => typeof(int),
                ScalarType.Int64 => typeof(long),
                ScalarType.Float16 => typeof(Half),
                ScalarType.Float32 => typeof(float),
                ScalarType.Float64 => typeof(double),
                ScalarType.Bool => typeof(bool),
                ScalarType.BFloat16 => typeof(BFloat16),
                _ => null,
            };
            if (wanted != typeof(T))
            {
                throw new ArgumentException($"{typeof(T).Name} is not compatible with {dtype}");
            }
        }
    }
}
