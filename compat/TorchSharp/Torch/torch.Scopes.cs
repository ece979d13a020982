namespace TorchSharp;

public static partial class torch
{
    /// <summary>The innermost open scope of this thread.</summary>
    public static DisposeScope? CurrentDisposeScope => DisposeScopeManager.Current;
    /// <summary>Opens a scope: tensors made on this thread until it is disposed die with it.</summary>
    public static DisposeScope NewDisposeScope() => DisposeScopeManager.Open();
}
