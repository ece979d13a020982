using Orleans.Hosting;
using Orleans.TestingHost;

namespace Orleans.Dpo.Compat.Tests.Orleans;

public sealed class OrleansRemindersTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);
    private readonly string _key = Journal.NewKey("reminder");

    private Journal Journal => Journal.Of(_key);

    private IReminderGrain Grain => fixture.Inside.GetGrain<IReminderGrain>(_key);

    [Fact]
    public async Task A_period_below_the_minimum_is_refused()
    {
        var exception = await Assert.ThrowsAsync<ArgumentException>(() => Grain.RegisterAsync("bad", TimeSpan.Zero, TimeSpan.FromSeconds(5)));
        Assert.StartsWith(
            "Cannot register reminder bad as requested period (00:00:05) is less than minimum allowed reminder period (00:01:00)", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reminder_ticks_and_brings_its_grain_back()
    {
        await Grain.RegisterAsync("r", TimeSpan.FromMilliseconds(200), s_hour);
        await fixture.Cluster.DeactivateAsync(Grain);
        await Journal.Contains("r 01:00:00");
        Assert.Equal(2, Journal.Entries.Count(e => e is "activate"));
    }

    [Fact]
    public async Task Reminders_are_found_listed_replaced_and_removed()
    {
        Assert.False(await Grain.HasAsync("a"));
        await Grain.RegisterAsync("b", s_hour, s_hour);
        await Grain.RegisterAsync("a", s_hour, s_hour);
        await Grain.RegisterAsync("a", s_hour, 2 * s_hour);
        Assert.Equal(["a", "b"], await Grain.NamesAsync());
        await Grain.UnregisterAsync("a");
        Assert.False(await Grain.HasAsync("a"));
        Assert.Equal(["b"], await Grain.NamesAsync());
    }

    [Fact]
    public async Task A_grain_that_is_not_remindable_cannot_register_one() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => fixture.Inside.GetGrain<INotRemindableGrain>(_key).RegisterAsync());

    [Fact]
    public async Task Without_a_reminder_service_registering_says_so()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) => silo.AddMemoryGrainStorageAsDefault());
        await using var cluster = builder.Build();
        await cluster.DeployAsync();
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => cluster.Client.GetGrain<IReminderGrain>(_key).RegisterAsync("r", s_hour, s_hour));
        Assert.Equal("No service for type 'Orleans.Timers.IReminderRegistry' has been registered.", exception.Message);
    }

    [Fact]
    public async Task A_reminder_that_throws_ticks_again()
    {
        await using var cluster = ClusterFixture.Build((_, silo) => silo.Configure<ReminderOptions>(options => options.MinimumReminderPeriod = TimeSpan.FromMilliseconds(100)));
        await cluster.DeployAsync();
        await cluster.Client.GetGrain<IReminderGrain>(_key).RegisterAsync("throwing", TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(200));
        await Journal.Contains("throwing 00:00:00.2000000", times: 2);
    }
}
