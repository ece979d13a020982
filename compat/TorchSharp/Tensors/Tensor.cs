using System.Runtime.CompilerServices;
using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor of libtorch, held by a heap <c>at::Tensor*</c>. Freed by Dispose, by its scope, or at last by a finalizer.</summary>
    public partial class Tensor : IDisposable
    {
        private static long s_total;
        private static long s_peak;
        private nint _handle;

        // An object with a finalizer costs much more than one without, so only a tensor outside scopes has one; a scope is held by its thread until disposed.
        private TensorKeeper? _keeper;

        internal Tensor(nint handle)
        {
            _handle = handle;
            var total = Interlocked.Increment(ref s_total);
            if (total > s_peak)
            {
                s_peak = total;
            }

            DisposeScopeManager.Register(this);
        }

        private Tensor()
        {
        }

        /// <summary>Tensor objects alive in the process.</summary>
        public static long TotalCount => Interlocked.Read(ref s_total);
        /// <summary>The most tensor objects that were alive at once.</summary>
        public static long PeakCount => s_peak;
        /// <summary>The address of the native tensor object (not of its data).</summary>
        /// <exception cref="InvalidOperationException">The tensor is disposed, or its handle moved elsewhere.</exception>
        public nint Handle => _handle != 0 ? _handle : throw new InvalidOperationException("Tensor invalid -- empty handle.");
        /// <summary>Whether the tensor is disposed or its handle moved elsewhere.</summary>
        public bool IsInvalid => _handle == 0;
        /// <summary>The scope that will dispose the tensor, if any.</summary>
        internal DisposeScope? OwningDisposeScope { get; set; }
        /// <summary>Position in the scope's list, so that leaving it costs the same whatever its length.</summary>
        internal int ScopeIndex { get; set; }
        /// <summary>Frees the native tensor; the data lives on while other tensors or the graph share it.</summary>
        public void Dispose() => Dispose(true);

        /// <summary>Frees the native tensor.</summary>
        protected virtual void Dispose(bool disposing)
        {
            if (_handle != 0)
            {
                OwningDisposeScope?.ForgetDisposed(this);
                Free(Release());
            }
        }

        /// <summary>An object without a tensor: what stands for a gradient that there is not.</summary>
        internal static Tensor Invalid() => new();
        /// <summary>Frees a native tensor whose object is gone.</summary>
        internal static void Free(nint handle)
        {
            Interlocked.Decrement(ref s_total);
            NativeMethods.free(handle);
        }

        /// <summary>Disposes all tensors of a scope, which drops them itself, by few native calls.</summary>
        internal static unsafe void DisposeByScope(ReadOnlySpan<Tensor> tensors)
        {
            const int Batch = 64;
            var handles = stackalloc nint[Batch];
            for (var start = 0; start < tensors.Length; start += Batch)
            {
                var part = tensors.Slice(start, Math.Min(Batch, tensors.Length - start));
                for (var i = 0; i < part.Length; i++)
                {
                    part[i].OwningDisposeScope = null;
                    handles[i] = part[i]._handle;
                    part[i]._handle = 0;
                }

                Interlocked.Add(ref s_total, -part.Length);
                NativeMethods.free_many(handles, part.Length);
            }
        }

        /// <summary>Gives the native handle to another object; this one becomes invalid.</summary>
        internal nint MoveHandle()
        {
            _ = Handle;
            OwningDisposeScope?.Forget(this);
            Interlocked.Decrement(ref s_total);
            return Release();
        }

        /// <summary>From here on the finalizer of a keeper watches over the tensor, until a scope takes it.</summary>
        internal void Keep() => _keeper ??= new TensorKeeper { Handle = _handle };

        /// <summary>A scope watches over the tensor.</summary>
        internal void Unkeep()
        {
            _keeper?.Forget();
            _keeper = null;
        }

        private nint Release()
        {
            Unkeep();
            var handle = _handle;
            _handle = 0;
            return handle;
        }

        /// <summary>The result of a native call as an object; its arguments stay alive until here.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal static Tensor Own(nint result, Tensor? a = null, Tensor? b = null, Tensor? c = null, Tensor? d = null)
        {
            GC.KeepAlive(a);
            GC.KeepAlive(b);
            GC.KeepAlive(c);
            GC.KeepAlive(d);
            return result != 0 ? new Tensor(result) : throw NativeMethods.Failure();
        }

        /// <summary>Checks an in-place call and answers the tensor itself, as 0.100.5 and later do.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal Tensor Done(int status, Tensor? a = null, Tensor? b = null)
        {
            GC.KeepAlive(a);
            GC.KeepAlive(b);
            return status == 0 ? this : throw NativeMethods.Failure();
        }

        /// <summary>A handle for an optional argument.</summary>
        internal static nint HandleOf(Tensor? tensor) => tensor is null ? 0 : tensor.Handle;
        /// <summary>Moves the tensor to the scope outside its own; without one it is detached.</summary>
        public Tensor MoveToOuterDisposeScope()
        {
            OwningDisposeScope?.MoveToOuter(this);
            return this;
        }

        /// <summary>Takes the tensor out of its scope: from here on somebody must dispose it.</summary>
        public Tensor DetachFromDisposeScope()
        {
            OwningDisposeScope?.Detach(this);
            return this;
        }

        /// <summary>Moves the tensor to another scope; null detaches it.</summary>
        public Tensor MoveToOtherDisposeScope(DisposeScope? other)
        {
            if (other is null)
            {
                return DetachFromDisposeScope();
            }

            other.Attach(this);
            return this;
        }

        /// <summary>Moves the tensor to the scope of another tensor.</summary>
        public Tensor MoveToOtherDisposeScope(Tensor other) => MoveToOtherDisposeScope(other.OwningDisposeScope);
    }
}
