namespace Orleans.Dpo.Compat.Tests.Orleans;

public sealed class OrleansTurnsTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    private readonly string _key = Journal.NewKey("turns");

    private Journal Journal => Journal.Of(_key);

    [Fact]
    public async Task Requests_of_one_grain_run_one_at_a_time_across_awaits()
    {
        var grain = fixture.Inside.GetGrain<IPlainTurnGrain>(_key);
        var calls = Enumerable.Range(0, 8).Select(i => grain.HoldAsync($"{i}")).ToArray();
        for (var i = 0; i < calls.Length; i++)
        {
            Journal.Open($"{i}");
        }

        await Task.WhenAll(calls);
        AssertNeverOverlapped();
    }

    [Fact]
    public async Task A_request_that_may_interleave_overtakes_one_that_waits()
    {
        var grain = fixture.Inside.GetGrain<IPlainTurnGrain>(_key);
        var first = grain.HoldAsync("a");
        await Journal.Contains("in a");
        var second = grain.HoldAsync("b");
        Journal.Open("peek");
        await grain.PeekAsync("peek");
        Assert.Equal(["in a", "in peek", "out peek"], Journal.Entries);
        Journal.Open("a");
        Journal.Open("b");
        await Task.WhenAll(first, second);
    }

    [Fact]
    public async Task Read_only_requests_run_beside_each_other()
    {
        var grain = fixture.Inside.GetGrain<IPlainTurnGrain>(_key);
        Task[] calls = [grain.ReadAsync("a"), grain.ReadAsync("b")];
        await Journal.Contains("in a");
        await Journal.Contains("in b");
        Journal.Open("a");
        Journal.Open("b");
        await Task.WhenAll(calls);
    }

    [Fact]
    public async Task A_read_only_request_waits_for_one_that_is_not()
    {
        var grain = fixture.Inside.GetGrain<IPlainTurnGrain>(_key);
        var write = grain.HoldAsync("w");
        await Journal.Contains("in w");
        var read = grain.ReadAsync("r");
        Journal.Open("r");
        Journal.Open("peek");
        await grain.PeekAsync("peek");
        Journal.Open("w");
        await Task.WhenAll(write, read);
        Assert.Equal(["in r", "out r"], Journal.Entries[^2..]);
    }

    [Fact]
    public async Task Nothing_blocks_while_only_always_interleaving_requests_run()
    {
        var grain = fixture.Inside.GetGrain<IPlainTurnGrain>(_key);
        var peek = grain.PeekAsync("peek");
        await Journal.Contains("in peek");
        Journal.Open("w");
        await grain.HoldAsync("w");
        Journal.Open("peek");
        await peek;
    }

    [Fact]
    public async Task Requests_of_a_reentrant_class_interleave()
    {
        var grain = fixture.Inside.GetGrain<IReentrantTurnGrain>(_key);
        Task[] calls = [grain.HoldAsync("a"), grain.HoldAsync("b")];
        await Journal.Contains("in a");
        await Journal.Contains("in b");
        Journal.Open("a");
        Journal.Open("b");
        await Task.WhenAll(calls);
    }

    [Fact]
    public async Task A_predicate_lets_a_chosen_request_interleave()
    {
        var grain = fixture.Inside.GetGrain<IPickyTurnGrain>(_key);
        var first = grain.HoldAsync("other");
        await Journal.Contains("in other");
        Journal.Open("picked");
        await grain.HoldAsync("picked");
        Journal.Open("other");
        await first;
    }

    [Fact]
    public async Task A_predicate_true_for_the_running_request_lets_others_in()
    {
        var grain = fixture.Inside.GetGrain<IPickyTurnGrain>(_key);
        var first = grain.HoldAsync("picked");
        await Journal.Contains("in picked");
        Journal.Open("other");
        await grain.HoldAsync("other");
        Journal.Open("picked");
        await first;
    }

    [Fact]
    public async Task The_activation_scheduler_is_kept_across_await_and_left_by_Task_Run()
    {
        var places = await fixture.Inside.GetGrain<IPlainTurnGrain>(_key).WhereDoesWorkRunAsync();
        Assert.Equal("default=False await=True run=False startNew=True back=True configureAwait=False", places);
    }

    [Fact]
    public async Task A_call_cycle_times_out()
    {
        var other = Journal.NewKey("other");
        Journal.Open("open");
        var exception = await Assert.ThrowsAsync<TimeoutException>(() => fixture.Inside.GetGrain<IPlainTurnGrain>(_key).CallThroughAsync(other));
        Assert.StartsWith("Response did not arrive on time in 00:00:01 for message: ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_cycle_succeeds_where_the_grain_allows_its_chain_back_in()
    {
        Journal.Open("open");
        await fixture.Inside.GetGrain<IPlainTurnGrain>(_key).CallThroughReentrantAsync(Journal.NewKey("other"));
        Assert.Equal(["in open", "out open"], Journal.Entries);
    }

    [Fact]
    public async Task Chain_reentrancy_allowed_by_a_client_has_no_effect()
    {
        Journal.Open("open");
        using (global::Orleans.Runtime.RequestContext.AllowCallChainReentrancy())
        {
            await Assert.ThrowsAsync<TimeoutException>(() => fixture.Cluster.Client.GetGrain<IPlainTurnGrain>(_key).CallThroughAsync(Journal.NewKey("other")));
        }
    }

    [Fact]
    public async Task Calls_that_were_not_awaited_may_arrive_in_any_order_but_all_arrive()
    {
        var grain = fixture.Inside.GetGrain<IPlainTurnGrain>(_key);
        for (var i = 0; i < 500; i++)
        {
            Journal.Open($"{i}");
        }

        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => grain.HoldAsync($"{i}")));
        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"in {i}").Order(StringComparer.Ordinal), Journal.Entries.Where(e => e[0] is 'i').Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Deactivation_waits_for_the_running_request()
    {
        var grain = fixture.Inside.GetGrain<IPlainTurnGrain>(_key);
        var ending = grain.EndAsync("last");
        await Journal.Contains("in last");
        var next = grain.HoldAsync("next");
        Journal.Open("next");
        Journal.Open("last");
        await Task.WhenAll(ending, next);
        Assert.Equal(["in last", "out last", "in next", "out next"], Journal.Entries);
    }

    private void AssertNeverOverlapped()
    {
        var entries = Journal.Entries;
        for (var i = 0; i < entries.Length; i += 2)
        {
            Assert.Equal(entries[i].Replace("in", "out", StringComparison.Ordinal), entries[i + 1]);
        }
    }
}
