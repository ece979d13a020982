namespace Orleans.Runtime;

/// <summary>A call that nobody waits for.</summary>
internal sealed class OneWayCall(GrainId targetId, GrainMethod method, object?[] arguments) : GrainCall(targetId, method, arguments)
{
    public override void Complete(object? result)
    {
    }

    public override void Fail(Exception exception)
    {
    }
}
