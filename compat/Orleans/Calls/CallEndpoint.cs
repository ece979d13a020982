using System.Collections.Concurrent;
using Orleans.Serialization;

namespace Orleans.Runtime;

/// <summary>Where calls leave from: the inside of a silo, or a client that reaches whichever silo runs now.</summary>
internal sealed class CallEndpoint : ICallRuntime, IDisposable
{
    private readonly Func<Silo?> _silo;
    private readonly TimeProvider _time;
    private readonly TimeSpan _timeout;
    private readonly ITimer _expiry;
    private readonly ConcurrentDictionary<IPendingCall, Silo> _pending = new();

    public CallEndpoint(Func<Silo?> silo, TimeProvider time, Configuration.MessagingOptions options, bool isRemote)
    {
        (_silo, _time, _timeout, IsRemote, CancelOnTimeout) = (silo, time, options.ResponseTimeout, isRemote, options.CancelRequestOnTimeout);
        _expiry = time.CreateTimer(_ => ExpireOverdue(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    /// <summary>Whether values cross a wire in the real thing, so that nothing at all is shared.</summary>
    public bool IsRemote { get; }
    public bool CancelOnTimeout { get; }
    public GrainReference CreateReference(GrainId grainId, Type interfaceType) => ProxyEmitter.Create(grainId, interfaceType, this);
    public Task<T> SendAsync<T>(GrainReference target, GrainMethod method, object?[] arguments)
    {
        var silo = _silo() ?? throw new Messaging.ConnectionFailedException("No silo runs.");
        var token = method.TokenIndex < 0 ? default : (CancellationToken)arguments[method.TokenIndex]!;
        if (token.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(token);
        }

        var copies = new CopyState(this);
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = method.SharedParameters[i] && !IsRemote ? arguments[i] : copies.Copy(arguments[i]);
        }

        var source = IsRemote ? null : RuntimeContext.Current?.GrainId;
        var context = RequestContext.Current?.ToDictionary(entry => entry.Key, entry => copies.Copy(entry.Value)!);
        var chain = context is null ? Guid.Empty : RequestContext.ReentrancyId;
        if (method.OneWay)
        {
            silo.Send(new OneWayCall(target.GrainId, method, arguments) { SourceId = source, Context = context, ReentrancyId = chain });
            return Task.FromResult<T>(default!);
        }

        var call = new AwaitedCall<T>(this, target.GrainId, method, arguments)
        {
            SourceId = source, Context = context, ReentrancyId = chain, Timeout = method.Timeout ?? _timeout, SentAt = _time.GetTimestamp(),
        };
        _pending[call] = silo;
        if (token.CanBeCanceled)
        {
            call.Observe(token);
        }

        silo.Send(call);
        return call.Answer;
    }

    public object? Copy(object? value) => value is null ? null : new CopyState(this).Copy(value);
    public void Forget(IPendingCall call) => _pending.TryRemove(call, out _);
    /// <summary>Whether the silo that ran the call was killed: its answers never arrive.</summary>
    public bool IsCutOff(IPendingCall call) => _pending.TryGetValue(call, out var silo) && silo.IsKilled;
    public void Dispose() => _expiry.Dispose();
    private void ExpireOverdue()
    {
        foreach (var (call, _) in _pending)
        {
            if (_time.GetElapsedTime(call.SentAt) >= call.Timeout)
            {
                call.Expire();
            }
        }
    }
}
