namespace Orleans;

/// <summary>Marks a type that may travel in calls. Its members need <see cref="IdAttribute"/>.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Enum)]
public sealed class GenerateSerializerAttribute : Attribute
{
    /// <summary>Whether primary-constructor parameters count as members; default: for records only.</summary>
    public bool IncludePrimaryConstructorParameters { get; init; }
}
