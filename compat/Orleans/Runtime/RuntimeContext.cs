namespace Orleans.Runtime;

/// <summary>Which activation the current turn belongs to.</summary>
internal static class RuntimeContext
{
    public static IGrainContext? Current => (TaskScheduler.Current as ActivationTaskScheduler)?.Context;
}
