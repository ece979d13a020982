namespace Orleans.Runtime;

/// <summary>Where calls to a grain start. Emitted proxies derive from it.</summary>
public class GrainReference : IAddressable, IEquatable<GrainReference>
{
    internal GrainReference(GrainId grainId, Type? interfaceType, ICallRuntime runtime)
    {
        GrainId = grainId;
        InterfaceType = interfaceType;
        Runtime = runtime;
    }

    /// <summary>The grain.</summary>
    public GrainId GrainId { get; }
    /// <summary>Full name of the interface, empty if untyped.</summary>
    public string InterfaceName => InterfaceType?.FullName ?? string.Empty;
    internal Type? InterfaceType { get; }
    internal ICallRuntime Runtime { get; }
    /// <summary>The same grain through another of its interfaces.</summary>
    public virtual TGrainInterface Cast<TGrainInterface>() where TGrainInterface : IAddressable =>
        this is TGrainInterface self ? self : (TGrainInterface)(object)Runtime.CreateReference(GrainId, typeof(TGrainInterface));

    internal Task Send(GrainMethod method, object?[] arguments) => Runtime.SendAsync<object?>(this, method, arguments);
    internal Task<T> SendOf<T>(GrainMethod method, object?[] arguments) => Runtime.SendAsync<T>(this, method, arguments);
    internal ValueTask SendValue(GrainMethod method, object?[] arguments) => new(Runtime.SendAsync<object?>(this, method, arguments));
    internal ValueTask<T> SendValueOf<T>(GrainMethod method, object?[] arguments) => new(Runtime.SendAsync<T>(this, method, arguments));
    internal void SendOneWay(GrainMethod method, object?[] arguments) => _ = Runtime.SendAsync<object?>(this, method, arguments);
    /// <inheritdoc/>
    public bool Equals(GrainReference? other) => other is not null && GrainId.Equals(other.GrainId);
    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as GrainReference);
    /// <inheritdoc/>
    public override int GetHashCode() => GrainId.GetHashCode();
    /// <inheritdoc/>
    public override string ToString() => $"GrainReference:{GrainId}";
}
