namespace Orleans;

/// <summary>Stages of a silo.</summary>
public static class ServiceLifecycleStage
{
    /// <summary>The runtime starts.</summary>
    public const int RuntimeInitialize = 2000;
    /// <summary>The application's own services start.</summary>
    public const int ApplicationServices = 10000;
    /// <summary>Just before calls are accepted.</summary>
    public const int BecomeActive = Active - 1;
    /// <summary>Calls are accepted; start-up tasks run here.</summary>
    public const int Active = 20000;
}
