using Orleans.Dpo.Silo.Tests.Storage;
using Xunit.Abstractions;

namespace Orleans.Dpo.Silo.Tests.Faults;

/// <summary>A crowd judges at a host whose process, network or store fails. Then the files are read apart from the product: nothing acknowledged is lost, nothing counts twice, no pair has too many.</summary>
public sealed class CrowdFaultTests(AzuriteFixture azurite, ITestOutputHelper output) : IClassFixture<AzuriteFixture>
{
    private const int Overlap = 2;

    public static TheoryData<string> Stores => FaultTier.Stores;

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_process_that_stands_still_goes_on_where_it_was(string store)
    {
        await using var world = await WorldAsync(store, (12, 3000, Overlap));
        var judging = world.Crowd.RunAsync();
        var stops = FaultTier.Of(1, 10);
        for (var stop = 0; stop < stops; stop++)
        {
            await Task.Delay(400);
            world.Host.Stop();
            await Task.Delay(FaultTier.Of(700, 4000));
            world.Host.Continue();
        }

        await Task.Delay(300);
        await world.EndAsync(judging, $"stopped process × {stops}", output);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_crowd_whose_network_is_cut_sends_again_and_nothing_doubles(string store)
    {
        var (people, cuts) = (FaultTier.Of(60, 500), FaultTier.Of(2, 12));
        await using var world = await WorldAsync(store, (people, FaultTier.Of(4000, 40_000), Overlap));
        await using var network = new TcpProxy(() => world.Host.Port);
        world.Crowd.Move(network.Port);
        var judging = world.Crowd.RunAsync(pauseMilliseconds: FaultTier.Of(5, 40));
        for (var cut = 0; cut < cuts; cut++)
        {
            network.Delay = TimeSpan.FromMilliseconds(cut % 3);
            await Task.Delay(FaultTier.Of(400, 5000));
            network.Cut();
            await Task.Delay(FaultTier.Of(300, cut == 5 ? 60_000 : 2000));
            network.Mend();
        }

        await Task.Delay(FaultTier.Of(300, 3000));
        await world.EndAsync(judging, $"{people} annotators, network cut × {cuts}", output);
    }

    [Fact]
    public async Task A_slow_and_restarting_blob_store_costs_time_only()
    {
        await using var network = new TcpProxy(() => azurite.Port);
        await using var world = await FaultWorld.OfProcessAsync(azurite, (16, 3000, Overlap), network);
        var judging = world.Crowd.RunAsync();
        var cuts = FaultTier.Of(2, 30);
        for (var cut = 0; cut < cuts; cut++)
        {
            network.Delay = TimeSpan.FromMilliseconds(cut % 2 == 0 ? 5 : 40);
            await Task.Delay(FaultTier.Of(600, 1500));
            network.Cut();
            await Task.Delay(FaultTier.Of(300, 1000));
            network.Mend();
        }

        network.Delay = TimeSpan.Zero;
        await Task.Delay(500);
        await world.EndAsync(judging, $"slow blob store that restarts × {cuts}", output);
    }

    private Task<FaultWorld<FaultyServer>> WorldAsync(string store, (int People, int Pairs, int Overlap) size) => FaultWorld.OfProcessAsync(store == "azure" ? azurite : null, size);
}
