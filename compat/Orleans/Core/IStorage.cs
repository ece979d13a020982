namespace Orleans.Core;

/// <summary>Stored state of one activation.</summary>
public interface IStorage
{
    /// <summary>The provider's version mark; null where there is no record.</summary>
    string? Etag { get; }
    /// <summary>Whether a record is stored.</summary>
    bool RecordExists { get; }
    /// <summary>Deletes the record; State becomes new.</summary>
    Task ClearStateAsync();
    /// <summary>Stores State. InconsistentStateException where someone else wrote since.</summary>
    Task WriteStateAsync();
    /// <summary>Replaces State by what is stored.</summary>
    Task ReadStateAsync();
    /// <inheritdoc cref="ClearStateAsync()"/>
    Task ClearStateAsync(CancellationToken cancellationToken) => ClearStateAsync();
    /// <inheritdoc cref="WriteStateAsync()"/>
    Task WriteStateAsync(CancellationToken cancellationToken) => WriteStateAsync();
    /// <inheritdoc cref="ReadStateAsync()"/>
    Task ReadStateAsync(CancellationToken cancellationToken) => ReadStateAsync();
}
