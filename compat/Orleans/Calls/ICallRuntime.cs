namespace Orleans.Runtime;

/// <summary>What references call into.</summary>
internal interface ICallRuntime
{
    GrainReference CreateReference(GrainId grainId, Type interfaceType);
    Task<T> SendAsync<T>(GrainReference target, GrainMethod method, object?[] arguments);
}
