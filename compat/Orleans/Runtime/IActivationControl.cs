namespace Orleans.Runtime;

/// <summary>What only the runtime's own types ask of an activation.</summary>
internal interface IActivationControl
{
    IGrainTimer AddTimer(Func<CancellationToken, Task> callback, GrainTimerCreationOptions options);

    void DelayDeactivation(TimeSpan time);

    void EnterReentrantSection(Guid reentrancyId);

    void LeaveReentrantSection(Guid reentrancyId);
}
