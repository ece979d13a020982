namespace Orleans.Runtime;

/// <summary>The interface that call filters see when a timer ticks.</summary>
internal interface IGrainTimerInvoker : IAddressable
{
    Task InvokeCallbackAsync(CancellationToken cancellationToken);
}
