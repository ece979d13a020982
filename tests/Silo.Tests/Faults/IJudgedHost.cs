namespace Orleans.Dpo.Silo.Tests.Faults;

/// <summary>A host that a crowd judges at: a process, or one inside the test's.</summary>
internal interface IJudgedHost : IAsyncDisposable
{
    /// <summary>Where it listens.</summary>
    int Port { get; }

    /// <summary>Its data folder.</summary>
    string Data { get; }

    /// <summary>Starts it and gives the administrator's key.</summary>
    Task<string> StartAsync();

    /// <summary>Ends it, however it likes.</summary>
    Task EndAsync();
}
