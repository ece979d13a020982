namespace Orleans.Runtime;

/// <summary>Stages of an activation.</summary>
public static class GrainLifecycleStage
{
    /// <summary>Before all others.</summary>
    public const int First = int.MinValue;
    /// <summary>Persistent state is loaded.</summary>
    public const int SetupState = 1000;
    /// <summary>OnActivateAsync runs.</summary>
    public const int Activate = 2000;
    /// <summary>After all others.</summary>
    public const int Last = int.MaxValue;
}
