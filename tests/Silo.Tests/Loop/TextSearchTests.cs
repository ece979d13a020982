using System.Text.Json;
using Orleans.Dpo.Silo.Imports;
using Orleans.Dpo.Silo.Search;

namespace Orleans.Dpo.Silo.Tests.Loop;

public sealed class TextSearchTests
{
    [Fact]
    public async Task Hits_come_before_the_rest_is_read_and_a_search_that_nobody_waits_for_stops()
    {
        await using var world = await LoopWorld.StartAsync(new() { Title = "Films" }, shards: 4, prompts: 0);
        var project = (await world.Project.GetAsync(default))!;
        var rows = Enumerable.Range(0, 64).Select(i => new SourceRow(i + 1, JsonSerializer.SerializeToElement(new { prompt = $"Straw {i}", response_a = "a needle", response_b = $"no {i}" }), 60));
        await using var errors = new ImportErrors();
        await new PairImport(world.Store, world.Grains).RunAsync(project, rows.ToAsyncEnumerable(), "k", errors, default);
        var search = new TextSearch(world.Store, world.Grains);

        var all = await search.RunAsync(project, new("NEEDLE", new()), default).ToListAsync();
        Assert.Equal((4, 64, 64), (all.Count, all.Sum(progress => progress.Hits.Count), all[^1].Searched));

        using var left = new CancellationTokenSource();
        var seen = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var progress in search.RunAsync(project, new("needle", new()), left.Token))
            {
                seen += progress.Hits.Count;
                await left.CancelAsync();
            }
        });
        Assert.InRange(seen, 1, 63);
    }
}
