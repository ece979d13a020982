using System.Collections.Concurrent;
using Orleans.Runtime;

namespace Orleans.Serialization;

/// <summary>One copy operation: keeps object identity, and binds references to where the copy goes.</summary>
internal sealed class CopyState(CallEndpoint? endpoint)
{
    private static readonly ConcurrentDictionary<Type, Func<object, CopyState, object>?> s_sharing = new();
    private static readonly ConcurrentDictionary<Type, Func<object, CopyState, object>?> s_wire = new();
    private Dictionary<object, object>? _copies;
    /// <summary>Whether immutable objects are shared; across a wire they cannot be.</summary>
    public bool Sharing { get; } = endpoint is not { IsRemote: true };
    public object? Copy(object? value)
    {
        if (value is null)
        {
            return null;
        }

        if (value is GrainReference { InterfaceType: { } type } reference && endpoint is not null && reference.Runtime != endpoint)
        {
            return endpoint.CreateReference(reference.GrainId, type);
        }

        var copier = Sharing
            ? s_sharing.GetOrAdd(value.GetType(), static type => CopierEmitter.Create(type, sharing: true))
            : s_wire.GetOrAdd(value.GetType(), static type => CopierEmitter.Create(type, sharing: false));
        return copier is null ? value : _copies is not null && _copies.TryGetValue(value, out var copy) ? copy : copier(value, this);
    }

    /// <summary>Records a copy before its members are copied, so that cycles close.</summary>
    public void Record(object original, object copy) => (_copies ??= new(ReferenceEqualityComparer.Instance))[original] = copy;
}
