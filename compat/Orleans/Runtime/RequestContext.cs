namespace Orleans.Runtime;

/// <summary>Values that travel with a call and the calls it makes, never back.</summary>
public static class RequestContext
{
    private const string ReentrancyKey = "#RE";
    private static readonly AsyncLocal<Dictionary<string, object>?> s_values = new();
    /// <summary>The current call chain's id; empty where reentrancy was not allowed.</summary>
    public static Guid ReentrancyId
    {
        get => Get(ReentrancyKey) is Guid id ? id : Guid.Empty;
        internal set
        {
            if (value == Guid.Empty)
            {
                Remove(ReentrancyKey);
            }
            else
            {
                Set(ReentrancyKey, value);
            }
        }
    }

    internal static Dictionary<string, object>? Current
    {
        get => s_values.Value;
        set
        {
            if (s_values.Value is not null || value is not null)
            {
                s_values.Value = value;
            }
        }
    }

    /// <summary>A value, or null.</summary>
    public static object? Get(string key) => s_values.Value is { } values && values.TryGetValue(key, out var value) ? value : null;
    /// <summary>Sets a value; it must be serialisable.</summary>
    public static void Set(string key, object value)
    {
        ArgumentNullException.ThrowIfNull(value);
        s_values.Value = s_values.Value is { } values ? new(values) { [key] = value } : new() { [key] = value };
    }

    /// <summary>Removes a value.</summary>
    public static bool Remove(string key)
    {
        if (s_values.Value is not { } values || !values.ContainsKey(key))
        {
            return false;
        }

        var rest = new Dictionary<string, object>(values);
        rest.Remove(key);
        s_values.Value = rest.Count is 0 ? null : rest;
        return true;
    }

    /// <summary>Inside a grain: until disposed, calls that come back to this activation along this chain may enter. Outside of a grain: no effect.</summary>
    public static ReentrancySection AllowCallChainReentrancy()
    {
        var before = ReentrancyId;
        var id = before == Guid.Empty ? Guid.NewGuid() : before;
        ReentrancyId = id;
        var control = RuntimeContext.Current?.Control;
        control?.EnterReentrantSection(id);
        return new(before, id, control);
    }

    /// <summary>Ends a section when disposed.</summary>
    public readonly struct ReentrancySection : IDisposable
    {
        private readonly Guid _before;
        private readonly Guid _id;
        private readonly IActivationControl? _control;

        internal ReentrancySection(Guid before, Guid id, IActivationControl? control) => (_before, _id, _control) = (before, id, control);

        /// <inheritdoc/>
        public void Dispose()
        {
            _control?.LeaveReentrantSection(_id);
            ReentrancyId = _before;
        }
    }
}
