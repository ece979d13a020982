using System.Diagnostics.CodeAnalysis;

namespace Orleans.Serialization;

/// <summary>Copies values as calls inside a silo do.</summary>
public sealed class DeepCopier
{
    /// <summary>A copy that shares nothing mutable. CodecNotFoundException for types without a serializer.</summary>
    [SuppressMessage("Performance", "CA1822", Justification = "The real one is an instance method.")]
    public T Copy<T>(T value) => (T)new CopyState(null).Copy(value)!;
}
