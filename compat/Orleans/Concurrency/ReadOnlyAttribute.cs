namespace Orleans.Concurrency;

/// <summary>On the interface method: may run beside other read-only requests.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ReadOnlyAttribute : Attribute;
