using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>Views, joins, indexing. One extern per export of the shim.</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Lib, EntryPoint = "odpo_index")] internal static partial nint index(nint t, long count, long* kinds, long* args, nint* tensors);
    [LibraryImport(Lib, EntryPoint = "odpo_index_put_")] internal static partial int index_put_(nint t, long count, long* kinds, long* args, nint* tensors, nint value);
    [LibraryImport(Lib, EntryPoint = "odpo_index_put_scalar_")] internal static partial int index_put_scalar_(nint t, long count, long* kinds, long* args, nint* tensors, Scalar value);
    [LibraryImport(Lib, EntryPoint = "odpo_view")] internal static partial nint view(nint t, long* sizes, long count);
    [LibraryImport(Lib, EntryPoint = "odpo_reshape")] internal static partial nint reshape(nint t, long* sizes, long count);
    [LibraryImport(Lib, EntryPoint = "odpo_expand")] internal static partial nint expand(nint t, long* sizes, long count);
    [LibraryImport(Lib, EntryPoint = "odpo_permute")] internal static partial nint permute(nint t, long* dims, long count);
    [LibraryImport(Lib, EntryPoint = "odpo_repeat")] internal static partial nint repeat(nint t, long* sizes, long count);
    [LibraryImport(Lib, EntryPoint = "odpo_flip")] internal static partial nint flip(nint t, long* dims, long count);
    [LibraryImport(Lib, EntryPoint = "odpo_transpose")] internal static partial nint transpose(nint t, long a, long b);
    [LibraryImport(Lib, EntryPoint = "odpo_t")] internal static partial nint t(nint t);
    [LibraryImport(Lib, EntryPoint = "odpo_unsqueeze")] internal static partial nint unsqueeze(nint t, long dim);
    [LibraryImport(Lib, EntryPoint = "odpo_squeeze")] internal static partial nint squeeze(nint t);
    [LibraryImport(Lib, EntryPoint = "odpo_squeeze_dim")] internal static partial nint squeeze_dim(nint t, long dim);
    [LibraryImport(Lib, EntryPoint = "odpo_narrow")] internal static partial nint narrow(nint t, long dim, long start, long length);
    [LibraryImport(Lib, EntryPoint = "odpo_select")] internal static partial nint select(nint t, long dim, long index);
    [LibraryImport(Lib, EntryPoint = "odpo_slice")] internal static partial nint slice(nint t, long dim, long start, long stop, long step);
    [LibraryImport(Lib, EntryPoint = "odpo_flatten")] internal static partial nint flatten(nint t, long start, long end);
    [LibraryImport(Lib, EntryPoint = "odpo_triu")] internal static partial nint triu(nint t, long diagonal);
    [LibraryImport(Lib, EntryPoint = "odpo_tril")] internal static partial nint tril(nint t, long diagonal);
    [LibraryImport(Lib, EntryPoint = "odpo_pad")] internal static partial nint pad(nint t, long* pad, long count, double value);
    [LibraryImport(Lib, EntryPoint = "odpo_one_hot")] internal static partial nint one_hot(nint t, long classes);
    [LibraryImport(Lib, EntryPoint = "odpo_nonzero")] internal static partial nint nonzero(nint t);
    [LibraryImport(Lib, EntryPoint = "odpo_index_select")] internal static partial nint index_select(nint t, long dim, nint index);
    [LibraryImport(Lib, EntryPoint = "odpo_index_add_")] internal static partial int index_add_(nint t, long dim, nint index, nint source, Scalar alpha);
    [LibraryImport(Lib, EntryPoint = "odpo_gather")] internal static partial nint gather(nint t, long dim, nint index);
    [LibraryImport(Lib, EntryPoint = "odpo_scatter_")] internal static partial int scatter_(nint t, long dim, nint index, nint source);
    [LibraryImport(Lib, EntryPoint = "odpo_scatter_scalar_")] internal static partial int scatter_scalar_(nint t, long dim, nint index, Scalar value);
    [LibraryImport(Lib, EntryPoint = "odpo_scatter_add_")] internal static partial int scatter_add_(nint t, long dim, nint index, nint source);
    [LibraryImport(Lib, EntryPoint = "odpo_masked_fill")] internal static partial nint masked_fill(nint t, nint mask, Scalar value);
    [LibraryImport(Lib, EntryPoint = "odpo_masked_fill_")] internal static partial int masked_fill_(nint t, nint mask, Scalar value);
    [LibraryImport(Lib, EntryPoint = "odpo_masked_select")] internal static partial nint masked_select(nint t, nint mask);
    [LibraryImport(Lib, EntryPoint = "odpo_where")] internal static partial nint @where(nint condition, nint a, nint b);
    [LibraryImport(Lib, EntryPoint = "odpo_repeat_interleave")] internal static partial nint repeat_interleave(nint t, long repeats, long dim, int hasDim);
    [LibraryImport(Lib, EntryPoint = "odpo_repeat_interleave_tensor")] internal static partial nint repeat_interleave_tensor(nint t, nint repeats, long dim, int hasDim);
    [LibraryImport(Lib, EntryPoint = "odpo_cat")] internal static partial nint cat(nint* tensors, long count, long dim);
    [LibraryImport(Lib, EntryPoint = "odpo_stack")] internal static partial nint stack(nint* tensors, long count, long dim);
    [LibraryImport(Lib, EntryPoint = "odpo_split")] internal static partial long split(nint t, long size, long dim, nint* output, long capacity);
    [LibraryImport(Lib, EntryPoint = "odpo_split_sizes")] internal static partial long split_sizes(nint t, long* sizes, long count, long dim, nint* output, long capacity);
    [LibraryImport(Lib, EntryPoint = "odpo_chunk")] internal static partial long chunk(nint t, long chunks, long dim, nint* output, long capacity);
    [LibraryImport(Lib, EntryPoint = "odpo_unbind")] internal static partial long unbind(nint t, long dim, nint* output, long capacity);
}
