using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Orleans.Runtime;

/// <summary>The one silo: which grains live here, and how calls reach them.</summary>
internal sealed class Silo : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private const int MaxForwards = 2;
    private readonly ConcurrentDictionary<GrainId, GrainActivation> _activations = new();
    private readonly ShuffledDelivery? _shuffle;
    private readonly Lazy<IIncomingGrainCallFilter[]> _filters;
    private GrainTypes? _types;
    private ITimer? _collector;
    private volatile bool _accepting;

    public Silo(IServiceProvider services, TimeProvider time, IOptions<GrainCollectionOptions> collection, IOptions<SiloMessagingOptions> messaging, DeliveryOrder order, ILogger<Silo> log)
    {
        (Services, Time, Collection, Log) = (services, time, collection.Value, log);
        Endpoint = new(() => this, time, messaging.Value, isRemote: false);
        _shuffle = order.Shuffled ? new(Deliver) : null;
        _filters = new(() => [.. services.GetServices<IIncomingGrainCallFilter>()]);
    }

    public IServiceProvider Services { get; }
    public TimeProvider Time { get; }
    public GrainCollectionOptions Collection { get; }
    public ILogger Log { get; }
    public CallEndpoint Endpoint { get; }
    public IIncomingGrainCallFilter[] Filters => _filters.Value;
    public GrainTypes Types => _types ??= GrainTypes.Scan();
    public bool IsKilled { get; private set; }
    public void Participate(ISiloLifecycle lifecycle)
    {
        lifecycle.Subscribe<Silo>(ServiceLifecycleStage.RuntimeInitialize, _ =>
        {
            CheckCollectionAges();
            _types = GrainTypes.Scan();
            return Task.CompletedTask;
        });
        lifecycle.Subscribe<Silo>(ServiceLifecycleStage.BecomeActive, Open, _ => CloseAsync());
    }

    public TimeSpan CollectionAge(GrainClass grainClass) =>
        grainClass.AgeLimit ?? (Collection.ClassSpecificCollectionAge.TryGetValue(grainClass.Type.FullName!, out var age) ? age : Collection.CollectionAge);

    public void Send(GrainCall call)
    {
        if (_shuffle is null)
        {
            Deliver(call);
        }
        else
        {
            _shuffle.Add(call);
        }
    }

    /// <summary>Sends what an ended activation left to the next one, but not for ever.</summary>
    public void Forward(GrainCall call)
    {
        if (call.Forwards++ < MaxForwards)
        {
            Deliver(call);
        }
        else
        {
            call.Fail(new OrleansMessageRejectionException($"Forwarding failed: {call} met {MaxForwards + 1} ending activations."));
        }
    }

    public void Remove(GrainActivation activation) => _activations.TryRemove(new(activation.GrainId, activation));
    public Task DeactivateAsync(GrainId grainId)
    {
        if (!_activations.TryGetValue(grainId, out var activation))
        {
            return Task.CompletedTask;
        }

        activation.Deactivate(new(DeactivationReasonCode.RuntimeRequested, "Asked for from outside."));
        return activation.Deactivated;
    }

    /// <summary>Answers nobody any more. Idle grains end now, busy ones when they are done: a killed silo of the real test host does no less.</summary>
    public Task KillAsync()
    {
        (IsKilled, _accepting) = (true, false);
        Dispose();
        var ending = _activations.Values.ToArray();
        Array.ForEach(ending, activation => activation.Deactivate(new(DeactivationReasonCode.ShuttingDown, "The silo is killed.")));
        return Task.WhenAll(ending.Where(activation => !activation.IsBusy).Select(activation => activation.Deactivated));
    }

    public void Dispose()
    {
        _collector?.Dispose();
        Endpoint.Dispose();
    }

    private void Deliver(GrainCall call)
    {
        while (!IsKilled)
        {
            if (!_activations.TryGetValue(call.TargetId, out var activation))
            {
                if (!_accepting)
                {
                    call.Fail(new SiloUnavailableException($"The silo does not accept calls now: {call}."));
                    return;
                }

                if (Types.Find(call.TargetId.Type) is not { } grainClass)
                {
                    call.Fail(new ArgumentException($"Could not find an implementation for grain type {call.TargetId.Type}"));
                    return;
                }

                lock (_activations)
                {
                    activation = _activations.GetOrAdd(call.TargetId, static (id, x) => new(x.Silo, x.Class, id), (Silo: this, Class: grainClass));
                }
            }

            if (activation.TryEnqueue(call))
            {
                return;
            }

            Remove(activation);
        }
    }

    private Task Open(CancellationToken cancellationToken)
    {
        _accepting = true;
        _collector = Time.CreateTimer(_ => Collect(), null, Collection.CollectionQuantum, Collection.CollectionQuantum);
        SiloLog.Started(Log, Types.Count);
        return Task.CompletedTask;
    }

    private async Task CloseAsync()
    {
        _accepting = false;
        while (!_activations.IsEmpty)
        {
            var ending = _activations.Values.ToArray();
            Array.ForEach(ending, activation => activation.Deactivate(new(DeactivationReasonCode.ShuttingDown, "The silo stops.")));
            await Task.WhenAll(ending.Select(activation => activation.Deactivated));
        }

        Dispose();
    }

    private void Collect()
    {
        var now = Time.GetUtcNow();
        foreach (var activation in _activations.Values)
        {
            activation.CollectIfIdle(now);
        }
    }

    private void CheckCollectionAges()
    {
        foreach (var (name, age) in Collection.ClassSpecificCollectionAge.Append(new(nameof(Collection.CollectionAge), Collection.CollectionAge)))
        {
            if (age <= Collection.CollectionQuantum)
            {
                throw new OrleansConfigurationException($"{nameof(GrainCollectionOptions)}: the collection age of {name} is {age}, which must be greater than CollectionQuantum, {Collection.CollectionQuantum}.");
            }
        }
    }
}
