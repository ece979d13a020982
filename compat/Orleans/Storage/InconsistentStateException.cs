using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>Someone else changed the record since it was read.</summary>
[GenerateSerializer]
public class InconsistentStateException : OrleansException
{
    /// <inheritdoc/>
    public InconsistentStateException()
    {
    }

    /// <inheritdoc/>
    public InconsistentStateException(string message) : base(message)
    {
    }

    /// <inheritdoc/>
    public InconsistentStateException(string message, Exception innerException) : base(message, innerException)
    {
    }

    /// <summary>With both versions.</summary>
    public InconsistentStateException(string errorMsg, string storedEtag, string currentEtag) : base(errorMsg) => (StoredEtag, CurrentEtag) = (storedEtag, currentEtag);
    /// <summary>With both versions and the provider's exception.</summary>
    public InconsistentStateException(string errorMsg, string storedEtag, string currentEtag, Exception storageException) : base(errorMsg, storageException) =>
        (StoredEtag, CurrentEtag) = (storedEtag, currentEtag);

    /// <summary>With both versions and the provider's exception, whose message it takes.</summary>
    public InconsistentStateException(string storedEtag, string currentEtag, Exception storageException) : this(storageException.Message, storedEtag, currentEtag, storageException)
    {
    }

    /// <summary>The version in the store, if known.</summary>
    [Id(0)]
    public string? StoredEtag { get; private set; }
    /// <summary>The version that the writer had.</summary>
    [Id(1)]
    public string? CurrentEtag { get; private set; }
    /// <summary>Whether it still has to end the activation that raised it; those it passes through live on.</summary>
    internal bool IsSourceActivation { get; set; } = true;
}
