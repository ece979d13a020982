using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Whether this thread records gradients.</summary>
    public static bool is_grad_enabled() => NativeMethods.grad_enabled() != 0;
    /// <summary>Whether this thread is in inference mode.</summary>
    public static bool is_inference_mode_enabled() => NativeMethods.inference_enabled() != 0;
    /// <summary>Records no gradients on this thread until disposed.</summary>
    public static IDisposable no_grad() => new GradMode(false);
    /// <summary>Records gradients on this thread (or not) until disposed.</summary>
    public static IDisposable enable_grad(bool enabled = true) => new GradMode(enabled);
    /// <summary>Records gradients on this thread (or not) until disposed.</summary>
    public static IDisposable set_grad_enabled(bool mode = true) => new GradMode(mode);
    /// <summary>Makes inference tensors on this thread until disposed: cheaper, and never part of a graph.</summary>
    public static IDisposable inference_mode(bool mode = true) => new InferenceMode(mode);

    private sealed class GradMode : IDisposable
    {
        private readonly int _before = NativeMethods.grad_enabled();
        private bool _disposed;

        internal GradMode(bool enabled) => NativeMethods.set_grad_enabled(enabled ? 1 : 0);

        public void Dispose()
        {
            if (!_disposed)
            {
                _disposed = true;
                NativeMethods.set_grad_enabled(_before);
            }
        }
    }

    private sealed class InferenceMode(bool mode) : IDisposable
    {
        private nint _guard = NativeMethods.Check(NativeMethods.inference_enter(mode ? 1 : 0));

        public void Dispose()
        {
            if (_guard != 0)
            {
                NativeMethods.inference_leave(_guard);
                _guard = 0;
            }
        }
    }
}
