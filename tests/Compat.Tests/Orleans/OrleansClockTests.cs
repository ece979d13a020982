using Microsoft.Extensions.DependencyInjection;
using Orleans.Dpo.Testing;
using Orleans.Hosting;
using Orleans.TestingHost;

namespace Orleans.Dpo.Compat.Tests.Orleans;

/// <summary>Cases that need a clock the test moves; they run on the stand-in's side only.</summary>
[Trait("side", "stand-in")]
public sealed class OrleansClockTests : IAsyncLifetime
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);
    private readonly FakeTimeProvider _clock = new();
    private readonly DictionaryReminderTable _reminders = new();
    private readonly InProcessTestCluster _cluster;
    private readonly string _key = Journal.NewKey("clock");

    public OrleansClockTests()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton<TimeProvider>(_clock);
            silo.Services.AddSingleton<IReminderTable>(_reminders);
            silo.AddReminders();
        });
        _cluster = builder.Build();
    }

    private Journal Journal => Journal.Of(_key);

    public Task InitializeAsync() => _cluster.DeployAsync();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task An_idle_activation_is_collected_after_its_age_and_not_before()
    {
        var grain = _cluster.Client.GetGrain<IPlainIdleGrain>(_key);
        Assert.Equal(1, await grain.TouchAsync());
        _clock.Advance(14 * s_minute);
        Assert.Equal(2, await grain.TouchAsync());
        _clock.Advance(16 * s_minute);
        await Journal.Contains("deactivate ActivationIdle");
        Assert.Equal(1, await grain.TouchAsync());
    }

    [Fact]
    public async Task A_class_has_its_own_age_or_is_kept()
    {
        await _cluster.Client.GetGrain<IShortGrain>(_key).TouchAsync();
        var kept = _cluster.Client.GetGrain<IKeptGrain>(Journal.NewKey("kept"));
        await kept.TouchAsync();
        _clock.Advance(4 * s_minute);
        await Journal.Contains("deactivate ActivationIdle");
        _clock.Advance(100 * s_minute);
        Assert.Equal(2, await kept.TouchAsync());
    }

    [Fact]
    public async Task Deactivation_can_be_delayed()
    {
        var grain = _cluster.Client.GetGrain<IPlainIdleGrain>(_key);
        await grain.TouchAsync();
        await grain.DelayAsync(60 * s_minute);
        _clock.Advance(50 * s_minute);
        Assert.Equal(2, await grain.TouchAsync());
        _clock.Advance(70 * s_minute);
        await Journal.Contains("deactivate ActivationIdle");
    }

    [Fact]
    public async Task Ticks_keep_an_activation_only_where_the_timer_says_so()
    {
        for (var i = 1; i < 100; i++)
        {
            Journal.Open($"tick {i}");
        }

        await _cluster.Client.GetGrain<ITimerGrain>(_key).StartAsync("", 5 * s_minute, 5 * s_minute, interleave: false, keepAlive: false);
        var kept = Journal.NewKey("ticking");
        for (var i = 1; i < 100; i++)
        {
            Journal.Of(kept).Open($"tick {i}");
        }

        var ticking = _cluster.Client.GetGrain<ITimerGrain>(kept);
        Journal.Of(kept).Open("turn");
        await ticking.StartAsync("", 5 * s_minute, 5 * s_minute, interleave: false, keepAlive: true);
        for (var i = 1; i < 6; i++)
        {
            _clock.Advance(5 * s_minute);
            await Journal.Of(kept).Contains($"tock {i}");
            await ticking.PeekAsync();
        }

        await Journal.Contains("deactivate ActivationIdle");
        Assert.DoesNotContain("deactivate ActivationIdle", Journal.Of(kept).Entries);
    }

    [Fact]
    public async Task The_due_time_counts_from_the_end_of_the_callback()
    {
        var grain = _cluster.Client.GetGrain<ITimerGrain>(_key);
        Journal.Open("turn");
        await grain.StartAsync("", s_minute, s_minute, interleave: false, keepAlive: true);
        _clock.Advance(s_minute);
        await Journal.Contains("tick 1");
        _clock.Advance(5 * s_minute);
        Journal.Open("tick 1");
        await grain.HoldAsync("turn");
        _clock.Advance(TimeSpan.FromSeconds(59));
        await grain.HoldAsync("turn");
        Assert.DoesNotContain("tick 2", Journal.Entries);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await Journal.Contains("tick 2");
        Journal.Open("tick 2");
    }

    [Fact]
    public async Task A_change_inside_a_tick_applies_after_it()
    {
        var grain = _cluster.Client.GetGrain<ITimerGrain>(_key);
        Journal.Open("tick 1");
        Journal.Open("tick 2");
        Journal.Open("turn");
        await grain.StartAsync("change", s_minute, s_minute, interleave: false, keepAlive: true);
        _clock.Advance(s_minute);
        await Journal.Contains("tock 1");
        await grain.HoldAsync("turn");
        _clock.Advance(9 * s_minute);
        await grain.HoldAsync("turn");
        Assert.DoesNotContain("tick 2", Journal.Entries);
        _clock.Advance(s_minute);
        await Journal.Contains("tick 2");
    }

    [Fact]
    public async Task The_default_response_timeout_is_thirty_seconds_and_an_expired_request_never_starts()
    {
        var grain = _cluster.Client.GetGrain<IPlainTurnGrain>(_key);
        var running = grain.HoldAsync("running");
        await Journal.Contains("in running");
        var queued = grain.HoldAsync("queued");
        Journal.Open("peek");
        await grain.PeekAsync("peek");
        _clock.Advance(TimeSpan.FromSeconds(29));
        Assert.False(running.IsCompleted || queued.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Contains("00:00:30", (await Assert.ThrowsAsync<TimeoutException>(() => running)).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<TimeoutException>(() => queued);
        Journal.Open("queued");
        Journal.Open("running");
        await grain.HoldAsync("peek");
        Assert.DoesNotContain("in queued", Journal.Entries);
    }

    [Fact]
    public async Task Missed_reminder_ticks_are_skipped_and_the_rhythm_is_kept()
    {
        await _cluster.Client.GetGrain<IReminderGrain>(_key).RegisterAsync("r", 2 * s_minute, 2 * s_minute);
        _clock.Advance(2 * s_minute);
        await Journal.Contains("r 00:02:00");
        var silo = _cluster.Silos[0];
        await _cluster.StopSiloAsync(silo);
        _clock.Advance(9 * s_minute);
        await _cluster.RestartSiloAsync(silo);
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Single(Journal.Entries, e => e is "r 00:02:00");
        _clock.Advance(TimeSpan.FromSeconds(1));
        await Journal.Contains("r 00:02:00", times: 2);
    }
}
