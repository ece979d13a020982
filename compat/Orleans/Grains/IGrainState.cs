namespace Orleans;

/// <summary>What a storage provider fills and reads.</summary>
public interface IGrainState<T>
{
    /// <summary>The state itself.</summary>
    T State { get; set; }
    /// <summary>The provider's version mark; null where there is no record.</summary>
    string? ETag { get; set; }
    /// <summary>Whether a record is stored.</summary>
    bool RecordExists { get; set; }
}
