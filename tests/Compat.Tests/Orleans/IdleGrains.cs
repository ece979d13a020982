namespace Orleans.Dpo.Compat.Tests.Orleans;

internal interface IIdleGrain : IGrainWithStringKey
{
    Task<int> TouchAsync();

    Task DelayAsync(TimeSpan time);
}

internal abstract class IdleGrainBase : Grain
{
    private int _touched;

    public Task<int> TouchAsync() => Task.FromResult(++_touched);

    public Task DelayAsync(TimeSpan time)
    {
        DelayDeactivation(time);
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Journal.Of(this.GetPrimaryKeyString()).Add($"deactivate {reason.ReasonCode}");
        return Task.CompletedTask;
    }
}

internal interface IPlainIdleGrain : IIdleGrain;

internal sealed class PlainIdleGrain : IdleGrainBase, IPlainIdleGrain;

internal interface IKeptGrain : IIdleGrain;

[KeepAlive]
internal sealed class KeptGrain : IdleGrainBase, IKeptGrain;

internal interface IShortGrain : IIdleGrain;

[CollectionAgeLimit(Minutes = 3)]
internal sealed class ShortGrain : IdleGrainBase, IShortGrain;
