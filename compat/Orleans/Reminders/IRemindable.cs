using Orleans.Runtime;

namespace Orleans;

/// <summary>A grain that receives reminders.</summary>
public interface IRemindable : IGrain
{
    /// <summary>One tick.</summary>
    Task ReceiveReminder(string reminderName, TickStatus status);
}
