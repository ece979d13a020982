namespace Orleans.Runtime;

/// <summary>A one-shot timer armed again after each tick, so that ticks never overlap.</summary>
internal sealed class GrainTimer : IGrainTimer, IGrainTimerInvoker
{
    private static readonly GrainMethod s_invoke = new(typeof(IGrainTimerInvoker).GetMethod(nameof(InvokeCallbackAsync))!);
    private readonly GrainActivation _activation;
    private readonly Func<CancellationToken, Task> _callback;
    private readonly GrainTimerCreationOptions _options;
    private readonly CancellationTokenSource _disposed = new();
    private readonly ITimer _timer;
    private TimeSpan _period;
    private TimeSpan? _changedDueTime;
    private bool _ticking;

    public GrainTimer(GrainActivation activation, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        (_activation, _callback, _options) = (activation, callback, options);
        _timer = activation.Silo.Time.CreateTimer(_ => Tick(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        Check(dueTime, nameof(dueTime));
        Check(period, nameof(period));
        lock (_disposed)
        {
            _period = period;
            if (_ticking)
            {
                _changedDueTime = dueTime;
            }
            else
            {
                _timer.Change(dueTime, Timeout.InfiniteTimeSpan);
            }
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        _disposed.Cancel();
        _activation.Remove(this);
    }

    public async Task InvokeCallbackAsync(CancellationToken cancellationToken)
    {
        if (!cancellationToken.IsCancellationRequested)
        {
            await _callback(cancellationToken);
        }
    }

    private static void Check(TimeSpan time, string name)
    {
        if (time != Timeout.InfiniteTimeSpan)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero, name);
        }
    }

    private void Tick()
    {
        lock (_disposed)
        {
            _ticking = true;
        }

        _activation.TryEnqueue(new TickCall(this));
    }

    private void Ended()
    {
        lock (_disposed)
        {
            _ticking = false;
            _timer.Change(_changedDueTime ?? _period, Timeout.InfiniteTimeSpan);
            _changedDueTime = null;
        }
    }

    private sealed class TickCall(GrainTimer timer) : GrainCall(timer._activation.GrainId, s_invoke, [timer._disposed.Token])
    {
        public override bool AlwaysInterleave => timer._options.Interleave;

        public override bool KeepsAlive => timer._options.KeepAlive;

        public override bool IsOver => timer._disposed.IsCancellationRequested;

        public override bool Survives => false;

        public override object Receiver(object grain) => timer;

        public override void Complete(object? result) => timer.Ended();

        public override void Fail(Exception exception)
        {
            SiloLog.TickFailed(timer._activation.Silo.Log, exception, TargetId);
            timer.Ended();
        }
    }
}
