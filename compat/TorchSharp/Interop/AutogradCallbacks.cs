namespace TorchSharp.Interop;

/// <summary>How the shim's graph node calls back; mirrors <c>odpo_callbacks</c>.</summary>
internal unsafe struct AutogradCallbacks
{
    internal delegate* unmanaged<nint, nint*, long, nint*, long, int> Backward;
    internal delegate* unmanaged<nint, void> Release;
}
