namespace Orleans;

/// <summary>Wraps every outgoing call.</summary>
public interface IOutgoingGrainCallFilter
{
    /// <summary>Runs in the caller's turn; call <see cref="IGrainCallContext.Invoke"/> to go on.</summary>
    Task Invoke(IOutgoingGrainCallContext context);
}
