using Microsoft.Extensions.Logging;

namespace Orleans.Runtime;

/// <summary>What the silo logs.</summary>
internal static partial class SiloLog
{
    [LoggerMessage(9101, LogLevel.Information, "The embedded single-process stand-in for Orleans runs with {GrainClasses} grain classes")]
    public static partial void Started(ILogger logger, int grainClasses);
    [LoggerMessage(9102, LogLevel.Error, "Activation of {GrainId} failed")]
    public static partial void ActivationFailed(ILogger logger, Exception exception, GrainId grainId);
    [LoggerMessage(9103, LogLevel.Error, "Deactivation of {GrainId} failed")]
    public static partial void DeactivationFailed(ILogger logger, Exception exception, GrainId grainId);
    [LoggerMessage(9104, LogLevel.Error, "A timer tick of {GrainId} failed; the timer goes on")]
    public static partial void TickFailed(ILogger logger, Exception exception, GrainId grainId);
    [LoggerMessage(9105, LogLevel.Error, "Reminder {Name} of {GrainId} failed; it ticks again after its period")]
    public static partial void ReminderFailed(ILogger logger, Exception exception, string name, GrainId grainId);
    [LoggerMessage(9106, LogLevel.Error, "Reading the reminder table failed; it is read again after the refresh period")]
    public static partial void RemindersUnread(ILogger logger, Exception exception);
}
