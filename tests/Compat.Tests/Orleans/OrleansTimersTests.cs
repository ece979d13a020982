namespace Orleans.Dpo.Compat.Tests.Orleans;

public sealed class OrleansTimersTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    private static readonly TimeSpan s_soon = TimeSpan.FromMilliseconds(20);
    private readonly string _key = Journal.NewKey("timer");

    private Journal Journal => Journal.Of(_key);

    private ITimerGrain Grain => fixture.Inside.GetGrain<ITimerGrain>(_key);

    [Fact]
    public async Task A_timer_ticks_on_the_activation_again_and_again()
    {
        OpenTicks();
        await Grain.StartAsync("", s_soon, s_soon, interleave: false, keepAlive: false);
        await Journal.Contains("tock 3");
        await Grain.StopAsync();
        Assert.DoesNotContain("off the scheduler", Journal.Entries);
    }

    [Fact]
    public async Task A_tick_waits_for_the_running_request_and_requests_wait_for_a_tick()
    {
        await Grain.StartAsync("", s_soon, s_soon, interleave: false, keepAlive: false);
        await Journal.Contains("tick 1");
        var hold = Grain.HoldAsync("h");
        await Grain.PeekAsync();
        Assert.DoesNotContain("in h", Journal.Entries);
        Journal.Open("tick 1");
        await Journal.Contains("in h");
        var before = Journal.Entries.Count(e => e.StartsWith("tick", StringComparison.Ordinal));
        await Grain.PeekAsync();
        Assert.Equal(before, Journal.Entries.Count(e => e.StartsWith("tick", StringComparison.Ordinal)));
        OpenTicks();
        Journal.Open("h");
        await hold;
        await Grain.StopAsync();
    }

    [Fact]
    public async Task An_interleaving_tick_runs_beside_a_request_but_never_beside_itself()
    {
        await Grain.StartAsync("", s_soon, s_soon, interleave: true, keepAlive: false);
        var hold = Grain.HoldAsync("h");
        await Journal.Contains("in h");
        await Journal.Contains("tick 1");
        Journal.Open("h");
        await hold;
        OpenTicks();
        await Journal.Contains("tock 3");
        await Grain.StopAsync();
        Assert.DoesNotContain("overlap", Journal.Entries);
    }

    [Fact]
    public async Task A_timer_goes_on_after_a_tick_that_throws()
    {
        OpenTicks();
        await Grain.StartAsync("throw", s_soon, s_soon, interleave: false, keepAlive: false);
        await Journal.Contains("tock 2");
        await Grain.StopAsync();
    }

    [Fact]
    public async Task An_infinite_period_means_one_tick()
    {
        OpenTicks();
        await Grain.StartAsync("", s_soon, Timeout.InfiniteTimeSpan, interleave: false, keepAlive: false);
        await Journal.Contains("tock 1");
        await Grain.StartAsync("", s_soon, Timeout.InfiniteTimeSpan, interleave: false, keepAlive: false);
        await Journal.Contains("tock 2");
        Assert.Equal(2, Journal.Entries.Count(e => e.StartsWith("tick", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Deactivation_waits_for_a_running_tick_and_ends_the_timer()
    {
        await Grain.StartAsync("", s_soon, s_soon, interleave: false, keepAlive: false);
        await Journal.Contains("tick 1");
        var ended = fixture.Cluster.DeactivateAsync(Grain);
        Assert.False(ended.IsCompleted);
        Journal.Open("tick 1");
        await ended;
        Assert.Equal(["tick 1", "tock 1"], Journal.Entries[..2]);
        Assert.StartsWith("deactivate", Assert.Single(Journal.Entries[2..]), StringComparison.Ordinal);
    }

    private void OpenTicks()
    {
        for (var i = 1; i < 200; i++)
        {
            Journal.Open($"tick {i}");
        }
    }
}
