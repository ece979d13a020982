namespace Orleans.Concurrency;

/// <summary>Names a static or instance predicate over the request that decides whether it may interleave.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class MayInterleaveAttribute(string callbackMethodName) : Attribute
{
    /// <summary>The predicate: <c>bool Name(IInvokable request)</c>.</summary>
    public string CallbackMethodName { get; } = callbackMethodName;
}
