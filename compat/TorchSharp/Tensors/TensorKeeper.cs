namespace TorchSharp;

/// <summary>Frees the native handle of a tensor outside scopes that nobody disposed.</summary>
internal sealed class TensorKeeper
{
    ~TensorKeeper() => torch.Tensor.Free(Handle);

    internal nint Handle { get; set; }

    internal void Forget() => GC.SuppressFinalize(this);
}
