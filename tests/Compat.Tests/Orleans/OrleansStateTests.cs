using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Storage;

namespace Orleans.Dpo.Compat.Tests.Orleans;

public sealed class OrleansStateTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    private readonly string _key = Journal.NewKey("state");

    private ITallyGrain Grain => fixture.Inside.GetGrain<ITallyGrain>(_key);

    [Fact]
    public async Task A_fresh_key_has_a_new_state_no_record_and_no_etag() =>
        Assert.Equal("0 exists=False etag=False other=0", await Grain.DescribeAsync());

    [Fact]
    public async Task State_is_loaded_before_OnActivate()
    {
        await Grain.AddAsync("a");
        await Grain.AddAsync("b");
        await Grain.EndAsync();
        Assert.Equal("2 exists=True etag=True other=0", await Grain.DescribeAsync());
        Assert.Equal(["activated with 0", "activated with 2"], Journal.Of(_key).Entries);
    }

    [Fact]
    public async Task Clearing_makes_a_new_state_without_record_or_etag()
    {
        await Grain.AddAsync("a");
        await Grain.ClearAsync();
        Assert.Equal("0 exists=False etag=False other=0", await Grain.DescribeAsync());
        Assert.Equal("b", await Grain.AddAsync("b"));
    }

    [Fact]
    public async Task Reading_replaces_what_is_in_memory()
    {
        await Grain.AddAsync("a");
        await Grain.RereadAsync();
        Assert.StartsWith("1 ", await Grain.DescribeAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_providers_own_exception_is_wrapped_and_the_state_in_memory_stays_changed()
    {
        var answer = await fixture.Inside.GetGrain<IFaultyGrain>(_key).WriteAndCatchAsync();
        Assert.StartsWith("OrleansException|Error from storage provider ", answer, StringComparison.Ordinal);
        Assert.Contains("during WriteStateAsync for grain", answer, StringComparison.Ordinal);
        Assert.EndsWith("|IOException|1", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_conflict_that_escapes_keeps_its_etags_and_ends_the_activation()
    {
        var key = Journal.NewKey("conflict");
        var grain = fixture.Inside.GetGrain<IFaultyGrain>(key);
        var exception = await Assert.ThrowsAsync<InconsistentStateException>(grain.WriteAsync);
        Assert.Equal(("stored-7", "current-6"), (exception.StoredEtag, exception.CurrentEtag));
        Assert.Equal(0, await grain.CountAsync());
        Assert.Equal(["read tally", "deactivate ApplicationError", "read tally"], Journal.Of(key).Entries);
    }

    [Fact]
    public async Task A_conflict_that_the_grain_catches_ends_nothing()
    {
        var key = Journal.NewKey("conflict");
        var grain = fixture.Inside.GetGrain<IFaultyGrain>(key);
        Assert.StartsWith("InconsistentStateException|changed since", await grain.WriteAndCatchAsync(), StringComparison.Ordinal);
        Assert.Equal(1, await grain.CountAsync());
    }

    [Fact]
    public async Task A_conflict_ends_only_the_activation_that_raised_it()
    {
        var key = Journal.NewKey("conflict");
        var grain = fixture.Inside.GetGrain<IFaultyGrain>(_key);
        await Assert.ThrowsAsync<InconsistentStateException>(() => grain.WriteThroughAsync(key));
        Assert.Equal(5, await grain.CountAsync());
        Assert.Equal(0, await fixture.Inside.GetGrain<IFaultyGrain>(key).CountAsync());
    }

    [Fact]
    public async Task Memory_storage_refuses_a_write_with_a_stale_etag_and_keeps_its_own_copy()
    {
        var store = fixture.Cluster.GetSiloServiceProvider().GetRequiredKeyedService<IGrainStorage>("Default");
        var id = GrainId.Create("direct", _key);
        var first = new GrainState<Tally>(new() { Names = ["a"] });
        await store.WriteStateAsync("s", id, first);
        first.State.Names.Add("not written");
        var second = new GrainState<Tally>(new());
        await store.ReadStateAsync("s", id, second);
        Assert.Equal(["a"], second.State.Names);
        await store.WriteStateAsync("s", id, second);
        await Assert.ThrowsAnyAsync<InconsistentStateException>(() => store.WriteStateAsync("s", id, first));
    }
}
