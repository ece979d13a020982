namespace Orleans;

/// <summary>Kinds of <see cref="DeactivationReason"/>.</summary>
public enum DeactivationReasonCode : byte
{
    /// <summary>No reason.</summary>
    None = 0,
    /// <summary>The host stops.</summary>
    ShuttingDown = 1,
    /// <summary>OnActivateAsync or the constructor threw.</summary>
    ActivationFailed = 2,
    /// <summary>Not used by the stand-in.</summary>
    DirectoryFailure = 3,
    /// <summary>Idle for its collection age.</summary>
    ActivationIdle = 4,
    /// <summary>Not used by the stand-in.</summary>
    ActivationUnresponsive = 5,
    /// <summary>Not used by the stand-in.</summary>
    DuplicateActivation = 6,
    /// <summary>Not used by the stand-in.</summary>
    IncompatibleRequest = 7,
    /// <summary>A storage conflict escaped a grain method.</summary>
    ApplicationError = 8,
    /// <summary>DeactivateOnIdle was called.</summary>
    ApplicationRequested = 9,
    /// <summary>Not used by the stand-in.</summary>
    Migrating = 10,
    /// <summary>The runtime or a test asked for it.</summary>
    RuntimeRequested = 11,
    /// <summary>Not used by the stand-in.</summary>
    HighMemoryPressure = 12,
}
