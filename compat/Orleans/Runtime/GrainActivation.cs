using Microsoft.Extensions.DependencyInjection;

namespace Orleans.Runtime;

/// <summary>One living grain: its instance, its turns and its timers. Which request may run is decided in the other half.</summary>
internal sealed partial class GrainActivation : IGrainContext, IActivationControl
{
    private readonly Silo _silo;
    private readonly GrainClass _class;
    private readonly Lock _gate = new();
    private readonly List<GrainTimer> _timers = [];
    private readonly LifecycleSubject _lifecycle = new();
    private readonly TaskCompletionSource _deactivated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ActivationTaskScheduler _scheduler;
    private readonly AsyncServiceScope _scope;
    private DeactivationReason _reason;
    private DateTimeOffset _keepUntil;
    private DateTimeOffset _lastUse;

    public GrainActivation(Silo silo, GrainClass grainClass, GrainId grainId)
    {
        (_silo, _class, GrainId) = (silo, grainClass, grainId);
        _scheduler = new(this);
        _scope = silo.Services.CreateAsyncScope();
        _scope.ServiceProvider.GetRequiredService<GrainContextHolder>().Context = this;
        _lastUse = silo.Time.GetUtcNow();
        GrainReference = new(grainId, null, silo.Endpoint);
        _scheduler.Start(ActivateAsync);
    }

    public GrainReference GrainReference { get; }
    public GrainId GrainId { get; }
    public object? GrainInstance { get; private set; }
    public IServiceProvider ActivationServices => _scope.ServiceProvider;
    public IGrainLifecycle ObservableLifecycle => _lifecycle;
    public Task Deactivated => _deactivated.Task;
    public IActivationControl Control => this;
    /// <summary>Whether requests run.</summary>
    public bool IsBusy
    {
        get
        {
            lock (_gate)
            {
                return _running.Count > 0;
            }
        }
    }

    internal Silo Silo => _silo;
    private IGrainBase? Grain => GrainInstance as IGrainBase;
    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            if (_state > ActivationState.Active || _ending)
            {
                return;
            }

            (_ending, _reason) = (true, deactivationReason);
            Pump();
        }
    }

    public IGrainTimer AddTimer(Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        var timer = new GrainTimer(this, callback, options);
        lock (_gate)
        {
            _timers.Add(timer);
        }

        timer.Change(options.DueTime, options.Period);
        return timer;
    }

    public void Remove(GrainTimer timer)
    {
        lock (_gate)
        {
            _timers.Remove(timer);
        }
    }

    public void DelayDeactivation(TimeSpan time)
    {
        lock (_gate)
        {
            _keepUntil = time == Timeout.InfiniteTimeSpan || time == TimeSpan.MaxValue ? DateTimeOffset.MaxValue
                : time <= TimeSpan.Zero ? default : _silo.Time.GetUtcNow() + time;
        }
    }

    /// <summary>Ends the activation if nothing has used it for its collection age; timer ticks are no use unless they say so.</summary>
    public void CollectIfIdle(DateTimeOffset now)
    {
        lock (_gate)
        {
            if (_state is ActivationState.Active && !_class.KeepAlive && now >= _keepUntil && !_running.Exists(call => call.KeepsAlive)
                && !_waiting.Exists(call => call.KeepsAlive) && now - _lastUse >= _silo.CollectionAge(_class))
            {
                Deactivate(new(DeactivationReasonCode.ActivationIdle, "The activation was idle for its collection age."));
            }
        }
    }

    private async Task ActivateAsync()
    {
        try
        {
            GrainInstance = _class.CreateInstance(ActivationServices);
            (GrainInstance as ILifecycleParticipant<IGrainLifecycle>)?.Participate(_lifecycle);
            using var timeout = new CancellationTokenSource(_silo.Collection.ActivationTimeout, _silo.Time);
            await _lifecycle.StartAsync(timeout.Token);
            await (Grain?.OnActivateAsync(timeout.Token) ?? Task.CompletedTask);
        }
        catch (Exception exception)
        {
            SiloLog.ActivationFailed(_silo.Log, exception, GrainId);
            var failed = await EndAsync(new(DeactivationReasonCode.ActivationFailed, exception, "Activation failed."), callGrain: false);
            failed.ForEach(call => call.Fail(exception));
            return;
        }

        lock (_gate)
        {
            _state = ActivationState.Active;
            _lastUse = _silo.Time.GetUtcNow();
            Pump();
        }
    }

    private async Task FinishAsync()
    {
        var left = await EndAsync(_reason, callGrain: true);
        left.FindAll(call => call.Survives).ForEach(_silo.Forward);
    }

    private async Task<List<GrainCall>> EndAsync(DeactivationReason reason, bool callGrain)
    {
        StopTimers();
        using var timeout = new CancellationTokenSource(_silo.Collection.DeactivationTimeout, _silo.Time);
        if (callGrain && Grain is { } grain)
        {
            await LoggedAsync(() => grain.OnDeactivateAsync(reason, timeout.Token).WaitAsync(timeout.Token));
        }

        await LoggedAsync(() => _lifecycle.StopAsync(timeout.Token));
        await LoggedAsync(DisposeAsync);
        _silo.Remove(this);
        lock (_gate)
        {
            _state = ActivationState.Ended;
            _deactivated.TrySetResult();
            List<GrainCall> left = [.. _waiting];
            _waiting.Clear();
            return left;
        }
    }

    private async Task DisposeAsync()
    {
        if (GrainInstance is IAsyncDisposable asyncDisposable)
        {
            await asyncDisposable.DisposeAsync();
        }
        else
        {
            (GrainInstance as IDisposable)?.Dispose();
        }

        await _scope.DisposeAsync();
    }

    private async Task LoggedAsync(Func<Task> step)
    {
        try
        {
            await step();
        }
        catch (Exception exception)
        {
            SiloLog.DeactivationFailed(_silo.Log, exception, GrainId);
        }
    }

    private void StopTimers()
    {
        GrainTimer[] timers;
        lock (_gate)
        {
            timers = [.. _timers];
        }

        Array.ForEach(timers, timer => timer.Dispose());
    }
}
