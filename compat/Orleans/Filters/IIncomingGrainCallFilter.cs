namespace Orleans;

/// <summary>Wraps every incoming call, those of the framework (timers, reminders) included.</summary>
public interface IIncomingGrainCallFilter
{
    /// <summary>Runs in the callee's turn; call <see cref="IGrainCallContext.Invoke"/> to go on.</summary>
    Task Invoke(IIncomingGrainCallContext context);
}
