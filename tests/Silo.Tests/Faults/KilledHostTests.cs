using Orleans.Dpo.Silo.Tests.Storage;
using Xunit.Abstractions;

namespace Orleans.Dpo.Silo.Tests.Faults;

/// <summary>A crowd judges at a host that is killed without warning, again and again: 200 times on files with <c>--all</c>, in four stories.</summary>
public sealed class KilledHostTests(AzuriteFixture azurite, ITestOutputHelper output) : IClassFixture<AzuriteFixture>
{
    public static TheoryData<string, int, int> Stories
    {
        get
        {
            var stories = new TheoryData<string, int, int>();
            foreach (var (store, story, kills) in FaultTier.IsAll
                ? [("files", 1, 50), ("files", 2, 50), ("files", 3, 50), ("files", 4, 50), ("azure", 5, 40)]
                : new[] { ("files", 1, 3) })
            {
                stories.Add(store, story, kills);
            }

            return stories;
        }
    }

    [Theory]
    [MemberData(nameof(Stories))]
    public async Task Killed_at_random_moments_under_load_it_loses_nothing(string store, int story, int kills)
    {
        await using var world = await FaultWorld.OfProcessAsync(store == "azure" ? azurite : null, (FaultTier.Of(12, 40), FaultTier.Of(4000, 20_000), Overlap: 2));
        var judging = world.Crowd.RunAsync();
        var random = new Random(story);
        while (world.Host.Kills < kills)
        {
            await LiveAsync(world.Crowd, random);
            await world.Host.KillAsync();
            await world.Host.StartAsync();
        }

        var acknowledged = await world.EndAsync(judging, $"kill -9 × {kills} under load, story {story}", output);
        Assert.True(acknowledged > kills * 50, $"Only {acknowledged} judgments in {kills} lives: the host died before there was load.");
    }

    /// <summary>Long enough for some judgments to be told, most of the time; every fifth life ends while the host still recovers.</summary>
    private static async Task LiveAsync(Crowd crowd, Random random)
    {
        if (random.Next(5) == 0)
        {
            await Task.Delay(random.Next(50, 400));
            return;
        }

        var enough = crowd.Acknowledged.Count + random.Next(50, 150);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (crowd.Acknowledged.Count < enough && !patience.IsCancellationRequested)
        {
            await Task.Delay(1, CancellationToken.None);
        }

        await Task.Delay(random.Next(20), CancellationToken.None);
    }
}
