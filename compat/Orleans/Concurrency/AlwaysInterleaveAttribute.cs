namespace Orleans.Concurrency;

/// <summary>On the interface method: runs beside anything.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AlwaysInterleaveAttribute : Attribute;
