using Orleans.Storage;

namespace Orleans.Runtime;

/// <summary>Which request runs when.</summary>
internal sealed partial class GrainActivation
{
    private readonly List<GrainCall> _running = [];
    private readonly List<GrainCall> _waiting = [];
    private readonly Dictionary<Guid, int> _reentrantSections = [];
    private ActivationState _state;
    private GrainCall? _blocking;
    private bool _ending;

    private enum ActivationState
    {
        Creating,
        Active,
        Finishing,
        Ended,
    }

    /// <summary>Takes a call, unless the activation has ended.</summary>
    public bool TryEnqueue(GrainCall call)
    {
        lock (_gate)
        {
            if (_state is ActivationState.Ended)
            {
                return false;
            }

            _waiting.Add(call);
            Pump();
            return true;
        }
    }

    public void EnterReentrantSection(Guid reentrancyId)
    {
        lock (_gate)
        {
            _reentrantSections[reentrancyId] = _reentrantSections.GetValueOrDefault(reentrancyId) + 1;
            Pump();
        }
    }

    public void LeaveReentrantSection(Guid reentrancyId)
    {
        lock (_gate)
        {
            if (--_reentrantSections[reentrancyId] is 0)
            {
                _reentrantSections.Remove(reentrancyId);
            }
        }
    }

    /// <summary>Starts what may start. A later request that may interleave overtakes an earlier one that may not.</summary>
    private void Pump()
    {
        if (_state is not ActivationState.Active)
        {
            return;
        }

        if (_ending)
        {
            if (_running.Count is 0)
            {
                _state = ActivationState.Finishing;
                _scheduler.Start(FinishAsync);
            }

            return;
        }

        for (var i = 0; i < _waiting.Count;)
        {
            var call = _waiting[i];
            if (call.IsOver)
            {
                _waiting.RemoveAt(i);
            }
            else if (MayRun(call))
            {
                _waiting.RemoveAt(i);
                Start(call);
            }
            else
            {
                i++;
            }
        }
    }

    private bool MayRun(GrainCall incoming) =>
        _running.Count is 0
        || incoming.AlwaysInterleave
        || _blocking is not { } blocking
        || (blocking.Method.IsReadOnly && incoming.Method.IsReadOnly)
        || (incoming.ReentrancyId != Guid.Empty && _reentrantSections.ContainsKey(incoming.ReentrancyId))
        || _class.MayInterleave(GrainInstance!, incoming)
        || _class.MayInterleave(GrainInstance!, blocking);

    private void Start(GrainCall call)
    {
        _running.Add(call);
        _blocking ??= call.AlwaysInterleave ? null : call;
        _scheduler.Start(() => RunAsync(call));
    }

    private async Task RunAsync(GrainCall call)
    {
        RequestContext.Current = call.Context;
        object? result = null;
        Exception? failure = null;
        try
        {
            result = await InvokeAsync(call);
        }
        catch (Exception exception)
        {
            failure = exception;
            if (exception is InconsistentStateException { IsSourceActivation: true } conflict)
            {
                conflict.IsSourceActivation = false;
                Deactivate(new(DeactivationReasonCode.ApplicationError, exception, "A storage conflict escaped a request."));
            }
        }

        lock (_gate)
        {
            _running.Remove(call);
            _blocking = _blocking == call ? null : _blocking;
            if (call.KeepsAlive)
            {
                _lastUse = _silo.Time.GetUtcNow();
            }

            Pump();
        }

        // Last, so that what the caller does next finds this request gone; still in the turn, so that the result is copied before others change it.
        if (failure is null)
        {
            call.Complete(result);
        }
        else
        {
            call.Fail(failure);
        }
    }

    private async ValueTask<object?> InvokeAsync(GrainCall call)
    {
        if (_silo.Filters.Length is 0 && GrainInstance is not IIncomingGrainCallFilter)
        {
            return await call.Method.InvokeAsync(call.Receiver(GrainInstance!), call.Arguments);
        }

        var context = new IncomingCallContext(this, call, _silo.Filters);
        await context.Invoke();
        return context.Result;
    }
}
