namespace Orleans.Serialization;

/// <summary>A value's type has no serializer: it lacks <see cref="GenerateSerializerAttribute"/>.</summary>
[GenerateSerializer]
public sealed class CodecNotFoundException(string message) : SerializerException(message);
