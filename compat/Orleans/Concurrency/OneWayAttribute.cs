namespace Orleans.Concurrency;

/// <summary>On the interface method: the caller does not wait and sees no exception.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OneWayAttribute : Attribute;
