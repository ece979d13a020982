using Orleans.Dpo.Silo.Tests.Storage;
using Xunit.Abstractions;

namespace Orleans.Dpo.Silo.Tests.Faults;

/// <summary>A crowd judges at a host whose process, network or store fails. Then the files are read apart from the product: nothing acknowledged is lost, nothing counts twice, no pair has too many.</summary>
public sealed class CrowdFaultTests(AzuriteFixture azurite, ITestOutputHelper output) : IClassFixture<AzuriteFixture>
{
    private const int Overlap = 2;

    public static TheoryData<string> Stores => FaultTier.IsAll ? ["files", "azure"] : ["files"];

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Killed_at_random_moments_under_load_it_loses_nothing(string store)
    {
        await using var world = await WorldAsync(store, (FaultTier.Of(12, 40), FaultTier.Of(4000, 60_000), Overlap));
        var judging = world.Crowd.RunAsync();
        var random = new Random(1);
        var kills = store == "files" ? FaultTier.Of(3, 200) : FaultTier.Of(1, 40);
        while (world.Server.Kills < kills)
        {
            await Task.Delay(store == "files" ? random.Next(200, 1500) : random.Next(500, 2500));
            await world.Server.KillAsync();
            await world.Server.StartAsync();
        }

        await world.EndAsync(judging, output);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_process_that_stands_still_goes_on_where_it_was(string store)
    {
        await using var world = await WorldAsync(store, (12, 3000, Overlap));
        var judging = world.Crowd.RunAsync();
        for (var stop = 0; stop < FaultTier.Of(1, 10); stop++)
        {
            await Task.Delay(400);
            world.Server.Stop();
            await Task.Delay(FaultTier.Of(700, 4000));
            world.Server.Continue();
        }

        await Task.Delay(300);
        await world.EndAsync(judging, output);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_crowd_whose_network_is_cut_sends_again_and_nothing_doubles(string store)
    {
        await using var world = await WorldAsync(store, (FaultTier.Of(60, 500), FaultTier.Of(4000, 40_000), Overlap));
        await using var network = new TcpProxy(() => world.Server.Port);
        world.Crowd.Move(network.Port);
        var judging = world.Crowd.RunAsync(pauseMilliseconds: FaultTier.Of(5, 40));
        for (var cut = 0; cut < FaultTier.Of(2, 12); cut++)
        {
            network.Delay = TimeSpan.FromMilliseconds(cut % 3);
            await Task.Delay(FaultTier.Of(400, 5000));
            network.Cut();
            await Task.Delay(FaultTier.Of(300, cut == 5 ? 60_000 : 2000));
            network.Mend();
        }

        await Task.Delay(FaultTier.Of(300, 3000));
        await world.EndAsync(judging, output);
    }

    [Fact]
    public async Task A_slow_and_restarting_blob_store_costs_time_only()
    {
        await using var network = new TcpProxy(() => azurite.Port);
        await using var world = await WorldAsync("azure", (16, 3000, Overlap), network);
        var judging = world.Crowd.RunAsync();
        for (var cut = 0; cut < FaultTier.Of(2, 30); cut++)
        {
            network.Delay = TimeSpan.FromMilliseconds(cut % 2 == 0 ? 5 : 40);
            await Task.Delay(FaultTier.Of(600, 1500));
            network.Cut();
            await Task.Delay(FaultTier.Of(300, 1000));
            network.Mend();
        }

        network.Delay = TimeSpan.Zero;
        await Task.Delay(500);
        await world.EndAsync(judging, output);
    }

    private Task<FaultWorld> WorldAsync(string store, (int People, int Pairs, int Overlap) size, TcpProxy? between = null) =>
        FaultWorld.StartAsync(store == "azure" ? azurite : null, size, between);
}
