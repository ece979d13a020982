using Orleans.Concurrency;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace Orleans.Dpo.Compat.Tests.Orleans;

internal interface ITurnGrain : IGrainWithStringKey
{
    Task HoldAsync(string gate);

    [ReadOnly]
    Task ReadAsync(string gate);

    [AlwaysInterleave]
    Task PeekAsync(string gate);

    Task<string> WhereDoesWorkRunAsync();

    [ResponseTimeout("00:00:01")]
    Task CallThroughAsync(string otherKey);

    [ResponseTimeout("00:00:01")]
    Task CallThroughReentrantAsync(string otherKey);

    Task CallBackAsync(string otherKey);

    Task EndAsync(string gate);
}

internal abstract class TurnGrainBase : Grain
{
    private Journal Journal => Journal.Of(this.GetPrimaryKeyString());

    public async Task HoldAsync(string gate)
    {
        Journal.Add($"in {gate}");
        await Journal.Gate(gate);
        Journal.Add($"out {gate}");
    }

    public Task ReadAsync(string gate) => HoldAsync(gate);

    public Task PeekAsync(string gate) => HoldAsync(gate);

    public async Task<string> WhereDoesWorkRunAsync()
    {
        Journal.Add("looked");
        var home = TaskScheduler.Current;
        await Task.Yield();
        var afterAwait = ReferenceEquals(home, TaskScheduler.Current);
        var inTaskRun = await Task.Run(() => ReferenceEquals(home, TaskScheduler.Current));
        var inStartNew = await Task.Factory.StartNew(() => ReferenceEquals(home, TaskScheduler.Current));
        var afterTaskRun = ReferenceEquals(home, TaskScheduler.Current);
        await Task.Run(() => { }).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var afterConfigureAwait = ReferenceEquals(home, TaskScheduler.Current);
        return $"default={home == TaskScheduler.Default} await={afterAwait} run={inTaskRun} startNew={inStartNew} back={afterTaskRun} configureAwait={afterConfigureAwait}";
    }

    public Task CallThroughAsync(string otherKey) => GrainFactory.GetGrain<IPlainTurnGrain>(otherKey).CallBackAsync(this.GetPrimaryKeyString());

    public async Task CallThroughReentrantAsync(string otherKey)
    {
        using (RequestContext.AllowCallChainReentrancy())
        {
            await GrainFactory.GetGrain<IPlainTurnGrain>(otherKey).CallBackAsync(this.GetPrimaryKeyString());
        }
    }

    public Task CallBackAsync(string otherKey) => GrainFactory.GetGrain<IPlainTurnGrain>(otherKey).HoldAsync("open");

    public async Task EndAsync(string gate)
    {
        DeactivateOnIdle();
        await HoldAsync(gate);
    }
}

internal interface IPlainTurnGrain : ITurnGrain;

internal sealed class PlainTurnGrain : TurnGrainBase, IPlainTurnGrain;

internal interface IReentrantTurnGrain : ITurnGrain;

[Reentrant]
internal sealed class ReentrantTurnGrain : TurnGrainBase, IReentrantTurnGrain;

internal interface IPickyTurnGrain : ITurnGrain;

[MayInterleave(nameof(MayInterleave))]
internal sealed class PickyTurnGrain : TurnGrainBase, IPickyTurnGrain
{
    public static bool MayInterleave(IInvokable request) => request.GetArgumentCount() is 1 && request.GetArgument(0) is "picked";
}
