using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>Handles, creation, properties, copies, random numbers, devices. One extern per export of the shim.</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Lib, EntryPoint = "odpo_last_error")] internal static partial byte* last_error();
    [LibraryImport(Lib, EntryPoint = "odpo_set_error")] internal static partial void set_error(byte* text);
    [LibraryImport(Lib, EntryPoint = "odpo_version")] internal static partial long version();
    [SuppressGCTransition, LibraryImport(Lib, EntryPoint = "odpo_live_handles")] internal static partial long live_handles();
    [LibraryImport(Lib, EntryPoint = "odpo_free")] internal static partial void free(nint t);
    [LibraryImport(Lib, EntryPoint = "odpo_free_many")] internal static partial void free_many(nint* tensors, long count);
    [LibraryImport(Lib, EntryPoint = "odpo_alias")] internal static partial nint alias(nint t);
    [LibraryImport(Lib, EntryPoint = "odpo_empty")] internal static partial nint empty(long* sizes, long count, int dtype, int deviceType, int deviceIndex);
    [LibraryImport(Lib, EntryPoint = "odpo_zeros")] internal static partial nint zeros(long* sizes, long count, int dtype, int deviceType, int deviceIndex);
    [LibraryImport(Lib, EntryPoint = "odpo_full")] internal static partial nint full(long* sizes, long count, Scalar value, int dtype, int deviceType, int deviceIndex);
    [LibraryImport(Lib, EntryPoint = "odpo_empty_like")] internal static partial nint empty_like(nint t, int dtype, int deviceType, int deviceIndex);
    [LibraryImport(Lib, EntryPoint = "odpo_arange")] internal static partial nint arange(Scalar start, Scalar stop, Scalar step, int dtype, int deviceType, int deviceIndex);
    [LibraryImport(Lib, EntryPoint = "odpo_linspace")] internal static partial nint linspace(Scalar start, Scalar stop, long steps, int dtype, int deviceType, int deviceIndex);
    [LibraryImport(Lib, EntryPoint = "odpo_eye")] internal static partial nint eye(long rows, long columns, int dtype, int deviceType, int deviceIndex);
    [LibraryImport(Lib, EntryPoint = "odpo_randperm")] internal static partial nint randperm(long n, nint g, int dtype, int deviceType, int deviceIndex);
    [LibraryImport(Lib, EntryPoint = "odpo_from_data")] internal static partial nint from_data(nint data, long* sizes, long count, int dtype, int deviceType, int deviceIndex);
    [LibraryImport(Lib, EntryPoint = "odpo_from_blob")] internal static partial nint from_blob(nint data, long* sizes, long count, int dtype, delegate* unmanaged<nint, void> release, nint context);
    [SuppressGCTransition, LibraryImport(Lib, EntryPoint = "odpo_dim")] internal static partial long dim(nint t);
    [SuppressGCTransition, LibraryImport(Lib, EntryPoint = "odpo_numel")] internal static partial long numel(nint t);
    [SuppressGCTransition, LibraryImport(Lib, EntryPoint = "odpo_dtype")] internal static partial int dtype(nint t);
    [SuppressGCTransition, LibraryImport(Lib, EntryPoint = "odpo_element_size")] internal static partial long element_size(nint t);
    [SuppressGCTransition, LibraryImport(Lib, EntryPoint = "odpo_is_contiguous")] internal static partial int is_contiguous(nint t);
    [SuppressGCTransition, LibraryImport(Lib, EntryPoint = "odpo_device_type")] internal static partial int device_type(nint t);
    [SuppressGCTransition, LibraryImport(Lib, EntryPoint = "odpo_device_index")] internal static partial int device_index(nint t);
    [LibraryImport(Lib, EntryPoint = "odpo_data_ptr")] internal static partial nint data_ptr(nint t);
    [SuppressGCTransition, LibraryImport(Lib, EntryPoint = "odpo_sizes")] internal static partial int sizes(nint t, long* output);
    [SuppressGCTransition, LibraryImport(Lib, EntryPoint = "odpo_strides")] internal static partial int strides(nint t, long* output);
    [LibraryImport(Lib, EntryPoint = "odpo_item")] internal static partial int item(nint t, Scalar* output);
    [LibraryImport(Lib, EntryPoint = "odpo_to")] internal static partial nint to(nint t, int dtype, int deviceType, int deviceIndex, int copy, int nonBlocking);
    [LibraryImport(Lib, EntryPoint = "odpo_copy_")] internal static partial int copy_(nint t, nint source, int nonBlocking);
    [LibraryImport(Lib, EntryPoint = "odpo_clone")] internal static partial nint clone(nint t);
    [LibraryImport(Lib, EntryPoint = "odpo_detach")] internal static partial nint detach(nint t);
    [LibraryImport(Lib, EntryPoint = "odpo_contiguous")] internal static partial nint contiguous(nint t);
    [LibraryImport(Lib, EntryPoint = "odpo_uniform_")] internal static partial int uniform_(nint t, double from, double to, nint g);
    [LibraryImport(Lib, EntryPoint = "odpo_normal_")] internal static partial int normal_(nint t, double mean, double std, nint g);
    [LibraryImport(Lib, EntryPoint = "odpo_random_")] internal static partial int random_(nint t, long low, long high, nint g);
    [LibraryImport(Lib, EntryPoint = "odpo_generator_new")] internal static partial nint generator_new(long seed, int deviceType, int deviceIndex);
    [LibraryImport(Lib, EntryPoint = "odpo_generator_free")] internal static partial void generator_free(nint g);
    [LibraryImport(Lib, EntryPoint = "odpo_generator_state")] internal static partial nint generator_state(nint g, int deviceType, int deviceIndex);
    [LibraryImport(Lib, EntryPoint = "odpo_generator_set_state")] internal static partial int generator_set_state(nint g, int deviceType, int deviceIndex, nint state);
    [LibraryImport(Lib, EntryPoint = "odpo_generator_seed")] internal static partial int generator_seed(nint g, long seed);
    [LibraryImport(Lib, EntryPoint = "odpo_generator_initial_seed")] internal static partial long generator_initial_seed(nint g);
    [LibraryImport(Lib, EntryPoint = "odpo_manual_seed")] internal static partial int manual_seed(long seed);
    [LibraryImport(Lib, EntryPoint = "odpo_set_threads")] internal static partial int set_threads(int count);
    [SuppressGCTransition, LibraryImport(Lib, EntryPoint = "odpo_threads")] internal static partial int threads();
    [LibraryImport(Lib, EntryPoint = "odpo_set_interop_threads")] internal static partial int set_interop_threads(int count);
    [LibraryImport(Lib, EntryPoint = "odpo_set_default_dtype")] internal static partial int set_default_dtype(int dtype);
    [SuppressGCTransition, LibraryImport(Lib, EntryPoint = "odpo_default_dtype")] internal static partial int default_dtype();
    [LibraryImport(Lib, EntryPoint = "odpo_cuda_devices")] internal static partial int cuda_devices();
    [LibraryImport(Lib, EntryPoint = "odpo_cuda_synchronize")] internal static partial int cuda_synchronize(int index);
    [LibraryImport(Lib, EntryPoint = "odpo_cuda_precision")] internal static partial int cuda_precision(int which, int value);
}
