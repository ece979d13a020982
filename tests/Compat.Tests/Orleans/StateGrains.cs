using Orleans.Runtime;

namespace Orleans.Dpo.Compat.Tests.Orleans;

internal sealed class Tally
{
    public int Count { get; set; }

    public List<string> Names { get; set; } = [];
}

internal interface ITallyGrain : IGrainWithStringKey
{
    Task<string> DescribeAsync();

    Task<string> AddAsync(string name);

    Task ClearAsync();

    Task RereadAsync();

    Task EndAsync();
}

internal sealed class TallyGrain([PersistentState("tally")] IPersistentState<Tally> tally, [PersistentState("other")] IPersistentState<Tally> other) : Grain, ITallyGrain
{
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Journal.Of(this.GetPrimaryKeyString()).Add($"activated with {tally.State.Count}");
        return Task.CompletedTask;
    }

    public Task<string> DescribeAsync() =>
        Task.FromResult($"{tally.State.Count} exists={tally.RecordExists} etag={tally.Etag is not null} other={other.State.Count}");

    public async Task<string> AddAsync(string name)
    {
        tally.State.Count++;
        tally.State.Names.Add(name);
        await tally.WriteStateAsync();
        return string.Join(",", tally.State.Names);
    }

    public Task ClearAsync() => tally.ClearStateAsync();

    public Task RereadAsync()
    {
        tally.State.Count = 99;
        return tally.ReadStateAsync();
    }

    public Task EndAsync()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}

internal interface IFaultyGrain : IGrainWithStringKey
{
    Task<string> WriteAndCatchAsync();

    Task WriteAsync();

    Task WriteThroughAsync(string otherKey);

    Task<int> CountAsync();
}

internal sealed class FaultyGrain([PersistentState("tally", "faulty")] IPersistentState<Tally> tally) : Grain, IFaultyGrain
{
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Journal.Of(this.GetPrimaryKeyString()).Add($"deactivate {reason.ReasonCode}");
        return Task.CompletedTask;
    }

    public async Task<string> WriteAndCatchAsync()
    {
        try
        {
            await WriteAsync();
            return "written";
        }
        catch (OrleansException exception)
        {
            return $"{exception.GetType().Name}|{exception.Message}|{exception.InnerException?.GetType().Name}|{tally.State.Count}";
        }
    }

    public Task WriteAsync()
    {
        tally.State.Count++;
        return tally.WriteStateAsync();
    }

    public async Task WriteThroughAsync(string otherKey)
    {
        tally.State.Count = 5;
        await GrainFactory.GetGrain<IFaultyGrain>(otherKey).WriteAsync();
    }

    public Task<int> CountAsync() => Task.FromResult(tally.State.Count);
}
