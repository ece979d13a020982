namespace Orleans;

/// <summary>Plain <see cref="IGrainState{T}"/>.</summary>
public sealed class GrainState<T> : IGrainState<T>
{
    /// <summary>No state yet.</summary>
    public GrainState() => State = default!;
    /// <summary>A state with no version.</summary>
    public GrainState(T state) => State = state;
    /// <summary>A state with its version.</summary>
    public GrainState(T state, string? eTag) : this(state) => ETag = eTag;
    /// <inheritdoc/>
    public T State { get; set; }
    /// <inheritdoc/>
    public string? ETag { get; set; }
    /// <inheritdoc/>
    public bool RecordExists { get; set; }
}
