using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Orleans.Dpo.Compat.Tests.Orleans;

internal interface ILifeGrain : IGrainWithStringKey
{
    Task<int> InstanceAsync();

    Task<int> EndAsync();
}

internal sealed class LifeGrain(IGrainContext context) : Grain, ILifeGrain
{
    private static int s_instances;
    private readonly int _instance = Interlocked.Increment(ref s_instances);

    private Journal Journal => Journal.Of(this.GetPrimaryKeyString());

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Journal.Add(ReferenceEquals(context, GrainContext) && context.GrainInstance == this ? "activate" : "activate in a foreign context");
        return this.GetPrimaryKeyString().StartsWith("failing", StringComparison.Ordinal) && Journal.Entries.Length is 1
            ? throw new InvalidDataException("cannot start")
            : Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Journal.Add($"deactivate {reason.ReasonCode}");
        return Task.CompletedTask;
    }

    public Task<int> InstanceAsync() => Task.FromResult(_instance);

    public Task<int> EndAsync()
    {
        DeactivateOnIdle();
        return Task.FromResult(_instance);
    }
}

internal sealed class Unregistered;

internal interface INeedyGrain : IGrainWithStringKey
{
    Task DoAsync();
}

internal sealed class NeedyGrain(Unregistered dependency) : Grain, INeedyGrain
{
    public Task DoAsync() => Task.FromResult(dependency);
}

internal interface IWrongStoreGrain : IGrainWithStringKey
{
    Task DoAsync();
}

internal sealed class WrongStoreGrain([PersistentState("s", "no-such-store")] IPersistentState<Basket> state) : Grain, IWrongStoreGrain
{
    public Task DoAsync() => Task.FromResult(state);
}

internal interface IUnimplementedGrain : IGrainWithStringKey;

internal interface ITwiceGrain : IGrainWithStringKey
{
    Task<string> WhoAsync();
}

internal sealed class FirstTwiceGrain : Grain, ITwiceGrain
{
    public Task<string> WhoAsync() => Task.FromResult(GrainReference.GrainId.ToString());
}

[GrainType("named")]
internal sealed class SecondTwiceGrain : Grain, ITwiceGrain
{
    public Task<string> WhoAsync() => Task.FromResult(GrainReference.GrainId.ToString());
}

/// <summary>A grain class that is no subclass of Grain.</summary>
internal sealed class BareGrain(IGrainContext context) : IGrainBase, IBareGrain
{
    public IGrainContext GrainContext { get; } = context;

    public Task<string> KeyAsync() => Task.FromResult($"{GrainContext.GrainId.Key} {GrainContext.ActivationServices.GetRequiredService<IGrainContext>() == GrainContext}");
}

internal interface IBareGrain : IGrainWithStringKey
{
    Task<string> KeyAsync();
}
