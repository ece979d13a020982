namespace Orleans.Runtime;

/// <summary>Names the state that a constructor parameter receives.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class PersistentStateAttribute(string stateName, string? storageName = null) : Attribute
{
    /// <summary>The state's name in the store.</summary>
    public string StateName { get; } = stateName;
    /// <summary>The provider; null for the default one.</summary>
    public string? StorageName { get; } = storageName;
}
