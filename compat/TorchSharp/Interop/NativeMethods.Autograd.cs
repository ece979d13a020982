using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>Gradients and C# functions in the graph. One extern per export of the shim.</summary>
internal static unsafe partial class NativeMethods
{
    [SuppressGCTransition, LibraryImport(Lib, EntryPoint = "odpo_requires_grad")] internal static partial int requires_grad(nint t);
    [LibraryImport(Lib, EntryPoint = "odpo_set_requires_grad")] internal static partial int set_requires_grad(nint t, int value);
    [SuppressGCTransition, LibraryImport(Lib, EntryPoint = "odpo_is_leaf")] internal static partial int is_leaf(nint t);
    [LibraryImport(Lib, EntryPoint = "odpo_retain_grad")] internal static partial int retain_grad(nint t);
    [LibraryImport(Lib, EntryPoint = "odpo_grad")] internal static partial int grad(nint t, nint* output);
    [LibraryImport(Lib, EntryPoint = "odpo_set_grad")] internal static partial int set_grad(nint t, nint gradient);
    [LibraryImport(Lib, EntryPoint = "odpo_backward")] internal static partial int backward(nint* tensors, long count, nint* gradients, int retainGraph, int createGraph, nint* inputs, long inputCount);
    [LibraryImport(Lib, EntryPoint = "odpo_autograd_grad")] internal static partial int autograd_grad(nint* outputs, long count, nint* inputs, long inputCount, nint* gradients, int retainGraph, int createGraph, int allowUnused, nint* output);
    [SuppressGCTransition, LibraryImport(Lib, EntryPoint = "odpo_grad_enabled")] internal static partial int grad_enabled();
    [SuppressGCTransition, LibraryImport(Lib, EntryPoint = "odpo_set_grad_enabled")] internal static partial void set_grad_enabled(int value);
    [SuppressGCTransition, LibraryImport(Lib, EntryPoint = "odpo_inference_enabled")] internal static partial int inference_enabled();
    [LibraryImport(Lib, EntryPoint = "odpo_is_inference")] internal static partial int is_inference(nint t);
    [LibraryImport(Lib, EntryPoint = "odpo_inference_enter")] internal static partial nint inference_enter(int enabled);
    [LibraryImport(Lib, EntryPoint = "odpo_inference_leave")] internal static partial void inference_leave(nint guard);
    [LibraryImport(Lib, EntryPoint = "odpo_node_new")] internal static partial nint node_new(AutogradCallbacks callbacks, nint owner, nint* inputs, long count);
    [LibraryImport(Lib, EntryPoint = "odpo_node_free")] internal static partial void node_free(nint node);
    [LibraryImport(Lib, EntryPoint = "odpo_node_output")] internal static partial nint node_output(nint node, nint output);
    [LibraryImport(Lib, EntryPoint = "odpo_node_save")] internal static partial int node_save(nint node, nint* tensors, long count);
    [LibraryImport(Lib, EntryPoint = "odpo_node_saved")] internal static partial long node_saved(nint address, nint* output, long capacity);
    [LibraryImport(Lib, EntryPoint = "odpo_node_address")] internal static partial nint node_address(nint node);
}
