using System.Collections;
using System.Runtime.InteropServices;

namespace TorchSharp.Utils;

/// <summary>Reads and writes the elements of a tensor, in row-major order whatever its strides. A tensor on a GPU is copied here first.</summary>
/// <typeparam name="T">The element type, exactly.</typeparam>
public sealed class TensorAccessor<T> : IDisposable, IEnumerable<T>
    where T : unmanaged
{
    private readonly torch.Tensor _tensor;
    private readonly torch.Tensor _flat;

    internal TensorAccessor(torch.Tensor tensor)
    {
        _tensor = tensor;
        using var outside = tensor.detach().DetachFromDisposeScope();
        using var here = outside.cpu().DetachFromDisposeScope();
        _flat = here.contiguous().DetachFromDisposeScope();
    }

    /// <summary>How many elements there are.</summary>
    public long Count => _flat.NumberOfElements;
    /// <summary>The element at a position for each dimension.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A position lies outside its dimension.</exception>
    public T this[params long[] indices]
    {
        get => Span[Offset(indices)];
        set
        {
            Span[Offset(indices)] = value;
            WriteBack();
        }
    }

    private Span<T> Span => MemoryMarshal.Cast<byte, T>(_flat.bytes);

    /// <summary>The elements as a new array.</summary>
    public T[] ToArray() => Span.ToArray();
    /// <summary>Copies the elements.</summary>
    /// <exception cref="ArgumentException">There is no room for all.</exception>
    public void CopyTo(Span<T> destination) => Span.CopyTo(destination);
    /// <summary>Copies the elements to an array, from a position of it on.</summary>
    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) =>
        Span[(int)tensorIndex..].CopyTo(array.AsSpan(arrayIndex));
    /// <summary>Overwrites the first elements.</summary>
    /// <exception cref="ArgumentException">The source has more.</exception>
    public void CopyFrom(ReadOnlySpan<T> source)
    {
        source.CopyTo(Span);
        WriteBack();
    }

    /// <summary>Overwrites the first elements.</summary>
    public void CopyFrom(T[] array, int arrayIndex = 0) => CopyFrom(array.AsSpan(arrayIndex));
    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)ToArray()).GetEnumerator();
    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    /// <summary>Frees the accessor's hold on the memory; the tensor stays.</summary>
    public void Dispose() => _flat.Dispose();

    private int Offset(long[] indices)
    {
        var shape = _tensor.shape;
        ArgumentOutOfRangeException.ThrowIfNotEqual(indices.Length, shape.Length);
        long offset = 0;
        for (var i = 0; i < shape.Length; i++)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((ulong)indices[i], (ulong)shape[i]);
            offset = (offset * shape[i]) + indices[i];
        }

        return (int)offset;
    }

    // The flat tensor shares the memory of a contiguous tensor here; otherwise it is a copy.
    private void WriteBack()
    {
        if (!_tensor.is_cpu() || !_tensor.is_contiguous())
        {
            using var noGrad = torch.no_grad();
            _tensor.copy_(_flat);
        }
    }
}
