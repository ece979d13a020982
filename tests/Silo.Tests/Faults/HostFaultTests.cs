using Orleans.Dpo.Silo.Tests.Storage;
using Orleans.Dpo.Testing;
using Xunit.Abstractions;

namespace Orleans.Dpo.Silo.Tests.Faults;

/// <summary>A crowd judges at a whole host whose clock, disk, store or second writer gets in its way, or judges in a way that no order survives.</summary>
public sealed class HostFaultTests(AzuriteFixture azurite, ITestOutputHelper output) : IClassFixture<AzuriteFixture>
{
    private const int Overlap = 2;

    public static TheoryData<string> Stores => FaultTier.Stores;

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_clock_that_jumps_back_and_forth_changes_no_count(string store)
    {
        await using var world = await WorldAsync(store, (FaultTier.Of(8, 24), FaultTier.Of(2000, 20_000)));
        var judging = world.Crowd.RunAsync();
        var random = new Random(3);
        var jumps = FaultTier.Of(5, 100);
        for (var jump = 0; jump < jumps; jump++)
        {
            await Task.Delay(random.Next(50, 250));

            // Back by up to two hours; forth by up to three minutes, so that leases lapse in the middle of their work.
            world.Host.Clock.Jump(jump % 2 == 0 ? -TimeSpan.FromSeconds(random.Next(7200)) : TimeSpan.FromSeconds(random.Next(180)));
        }

        await world.EndAsync(judging, $"clock jumping back and forth × {jumps}", output);
    }

    [Fact]
    public async Task A_disk_that_fills_up_or_turns_read_only_costs_time_only()
    {
        await using var world = await WorldAsync("files", (FaultTier.Of(8, 24), FaultTier.Of(2000, 20_000)));
        var judging = world.Crowd.RunAsync();
        var faults = FaultTier.Of(4, 80);
        await ComeAndGoAsync(new(4), faults, fault => world.Host.Disk.Fault = fault % 2 == 0 ? DiskFault.Full : DiskFault.ReadOnly, () => world.Host.Disk.Fault = DiskFault.None);
        await world.EndAsync(judging, $"full disk × {faults / 2}, read-only disk × {faults / 2} ({world.Host.Disk.Refused} writes refused)", output);
        Assert.True(world.Host.Disk.Refused > 0);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_store_that_refuses_writes_or_loses_answers_costs_time_only(string store)
    {
        await using var world = await WorldAsync(store, (FaultTier.Of(8, 24), FaultTier.Of(2000, 20_000)));
        var judging = world.Crowd.RunAsync();
        var faults = FaultTier.Of(4, 80);
        await ComeAndGoAsync(new(5), faults, fault => world.Host.Store.Fault = fault % 2 == 0 ? StoreFault.LosesAnswers : StoreFault.Refuses, () => world.Host.Store.Fault = StoreFault.None);
        await world.EndAsync(judging, $"store refusing writes × {faults / 2}, losing answers × {faults / 2} ({world.Host.Store.Failed} calls)", output);
        Assert.True(world.Host.Store.Failed > 0);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Judgments_that_arrive_many_times_and_in_any_order_count_once(string store)
    {
        await using var world = await WorldAsync(store, (FaultTier.Of(8, 24), FaultTier.Of(2000, 20_000)));
        world.Crowd.Storms = true;
        var judging = world.Crowd.RunAsync();
        await Task.Delay(FaultTier.Of(1500, 20_000));
        await world.EndAsync(judging, "duplicated and reordered delivery", output);
        Assert.True(world.Crowd.Copies > world.Crowd.Acknowledged.Count);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Two_hosts_that_write_to_one_place_fence_each_other_and_lose_nothing(string store)
    {
        await using var world = await WorldAsync(store, (FaultTier.Of(6, 12), FaultTier.Of(1500, 10_000)));
        using var folder = new TemporaryFolder();

        // A host refuses a folder that another process holds; this one was never asked.
        await using var second = new InnerHost(folder, store == "azure" ? azurite.ConnectionString : null, files: world.Host.Data);
        await second.StartAsync();
        var (turn, isAlone) = (0, false);
        await using var network = new TcpProxy(() => isAlone || Interlocked.Increment(ref turn) % 2 == 0 ? world.Host.Port : second.Port);
        world.Crowd.Move(network.Port);
        var judging = world.Crowd.RunAsync();
        for (var change = 0; change < FaultTier.Of(4, 60); change++)
        {
            // Who is connected asks the other one next.
            await Task.Delay(300);
            network.Cut();
            network.Mend();
        }

        isAlone = true;
        network.Cut();
        network.Mend();
        await second.EndAsync();
        await world.EndAsync(judging, "two hosts on one place", output);
    }

    private Task<FaultWorld<InnerHost>> WorldAsync(string store, (int People, int Pairs) size) =>
        FaultWorld.InsideAsync(store == "azure" ? azurite : null, (size.People, size.Pairs, Overlap));

    /// <summary>Faults that come at random moments, stay for a while and go; then a moment of quiet.</summary>
    private static async Task ComeAndGoAsync(Random random, int faults, Action<int> come, Action go)
    {
        for (var fault = 0; fault < faults; fault++)
        {
            await Task.Delay(random.Next(50, 250));
            come(fault);
            await Task.Delay(random.Next(50, 250));
            go();
        }

        await Task.Delay(300);
    }
}
