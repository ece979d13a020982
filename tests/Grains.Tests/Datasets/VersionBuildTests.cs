using System.Collections.Immutable;
using System.Text;
using Orleans.Dpo.Grains.Datasets;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Grains.Tests.Datasets;

public sealed class VersionBuildTests
{
    private readonly JudgedLedger _ledger = new();

    [Fact]
    public async Task A_version_built_by_buckets_is_the_one_built_in_memory()
    {
        await FillAsync();
        foreach (var recipe in new[] { _ledger.Recipe, _ledger.Recipe with { Aggregation = "posterior/1" }, _ledger.Recipe with { Replay = 0.5, Since = [.. _ledger.Positions.Select(position => position with { Seq = position.Seq / 2 })] } })
        {
            var (build, rows) = (await BuildAsync(recipe, null, new MemoryBlobStore()), await RowsAsync(recipe));
            var tables = VersionTables.Build(recipe, [.. rows.Select(row => row.Source)], rows.ToDictionary(row => row.Source.Pair.Id, row => row.Texts)).Value!;
            Assert.Equal(VersionIdentity.Of(recipe.Canonical(), tables), build.Facts.Identity);
            Assert.Equal(tables.Facts with { Identity = build.Facts.Identity, Bytes = build.Facts.Bytes }, build.Facts);
        }
    }

    [Fact]
    public async Task A_cut_after_more_judgments_writes_only_what_changed_and_equals_a_build_from_nothing()
    {
        await FillAsync();
        var first = await BuildAsync(_ledger.Recipe, null, _ledger.Store);
        await _ledger.JudgeAsync(5, "b1", annotator: 3);
        await _ledger.JudgeAsync(5, "b1", annotator: 4);
        var kept = new List<string>();
        var second = await BuildAsync(_ledger.Recipe, first.Buckets, _ledger.Store, kept);
        var bucket = VersionTables.BucketOf(_ledger[5].Id);
        Assert.NotEmpty(kept);
        Assert.All(kept, path => Assert.Contains(bucket + ".jsonl", path, StringComparison.Ordinal));
        Assert.NotEqual(first.Facts.Identity, second.Facts.Identity);
        var fresh = await BuildAsync(_ledger.Recipe, null, new MemoryBlobStore());
        Assert.Equal(fresh.Facts, second.Facts);
        Assert.Equal(fresh.Files.ToArray(), second.Files.ToArray());
    }

    [Fact]
    public async Task A_round_with_another_window_takes_items_and_judgments_over()
    {
        await FillAsync();
        var first = await BuildAsync(_ledger.Recipe with { Replay = 0.5 }, null, _ledger.Store);
        var kept = new List<string>();
        var window = _ledger.Recipe with { Replay = 0.5, Since = [.. _ledger.Positions.Select(position => position with { Seq = position.Seq * 3 / 4 })] };
        var second = await BuildAsync(window, first.Buckets, _ledger.Store, kept);
        Assert.All(kept, path => Assert.StartsWith("data/dpo/", path, StringComparison.Ordinal));
        Assert.Equal((await BuildAsync(window, null, new MemoryBlobStore())).Facts, second.Facts);
    }

    [Fact]
    public async Task A_cut_at_positions_before_the_index_sees_nothing_later()
    {
        await FillAsync();
        var then = _ledger.Recipe;
        var before = await BuildAsync(then, null, new MemoryBlobStore());
        await _ledger.AddAsync("i2", Enumerable.Range(500, 20));
        await _ledger.JudgeAsync(7, "a3", annotator: 9);
        await BuildAsync(_ledger.Recipe, null, _ledger.Store);
        Assert.Equal(before.Facts, (await BuildAsync(then, null, _ledger.Store)).Facts);
    }

    [Fact]
    public async Task Edits_and_undos_end_a_judgment_and_many_small_cuts_share_few_runs()
    {
        await FillAsync();
        await BuildAsync(_ledger.Recipe, null, _ledger.Store);
        var wrong = await _ledger.JudgeAsync(11, "a1", annotator: 5);
        await _ledger.WithdrawAsync(11, await _ledger.JudgeAsync(11, "b2", annotator: 5, supersedes: wrong), annotator: 5);
        for (var cut = 0; cut < 40; cut++)
        {
            await _ledger.JudgeAsync(20 + cut, "a1", annotator: 6);
            await BuildAsync(_ledger.Recipe, null, _ledger.Store);
        }

        var rows = await RowsAsync(_ledger.Recipe);
        Assert.Equal([true, true, false, false], rows.Single(row => row.Source.Pair.Id == _ledger[11].Id).Source.Judgments.Select(judgment => judgment.IsLive));
        Assert.InRange(_ledger.Store.Names.Count(name => name.EndsWith(".run", StringComparison.Ordinal)), 1, 20);
        Assert.Equal((await BuildAsync(_ledger.Recipe, null, new MemoryBlobStore())).Facts, (await BuildAsync(_ledger.Recipe, null, _ledger.Store)).Facts);
    }

    [Theory]
    [InlineData("state.json", "{")]
    [InlineData("state.json", """{"format":9}""")]
    [InlineData(".run", null)]
    public async Task A_damaged_or_deleted_index_is_made_again(string what, string? content)
    {
        await FillAsync();
        var first = await BuildAsync(_ledger.Recipe, null, _ledger.Store);
        await _ledger.JudgeAsync(5, "b1", annotator: 3);
        foreach (var name in _ledger.Store.Names.Where(name => name.Contains("_index", StringComparison.Ordinal) && name.EndsWith(what, StringComparison.Ordinal)))
        {
            await _ledger.Store.DeleteAsync(name, null, default);
            if (content is not null)
            {
                await _ledger.Store.PutIfAbsentAsync(name, Encoding.UTF8.GetBytes(content), default);
            }
        }

        var fresh = await BuildAsync(_ledger.Recipe, null, new MemoryBlobStore());
        Assert.Equal(fresh.Facts, (await BuildAsync(_ledger.Recipe, first.Buckets, _ledger.Store)).Facts);
    }

    [Fact]
    public async Task A_ledger_that_is_not_the_one_that_was_cut_is_refused()
    {
        await FillAsync();
        var recipe = _ledger.Recipe;
        await BuildAsync(recipe, null, _ledger.Store);
        var forged = recipe with { Positions = [recipe.Positions[0] with { Head = new('f', 64) }, .. recipe.Positions[1..]] };
        await Assert.ThrowsAsync<InvalidDataException>(() => BuildAsync(forged, null, _ledger.Store));
        await Assert.ThrowsAsync<LedgerCorruptException>(() => BuildAsync(recipe with { Positions = [recipe.Positions[0] with { Seq = 100_000 }, .. recipe.Positions[1..]] }, null, _ledger.Store));
    }

    private async Task FillAsync()
    {
        await _ledger.AddAsync("i1", Enumerable.Range(0, 200));
        await _ledger.AddAsync("i9", Enumerable.Range(200, 40), split: "test");
        for (var number = 0; number < 220; number++)
        {
            await _ledger.JudgeAsync(number, (number % 6) switch { 0 => "t", 1 => "x", 2 or 3 => "a2", _ => "b1" }, annotator: 1);
            await _ledger.JudgeAsync(number, number % 5 is 0 ? "t" : number % 2 is 0 ? "a1" : "b3", annotator: 2);
        }
    }

    private async Task<ImmutableArray<SourceRow>> RowsAsync(Recipe recipe)
    {
        var index = await SourceIndex.OpenAsync(_ledger.Store, new MemoryBlobStore(), recipe, default);
        var rows = ImmutableArray.CreateBuilder<SourceRow>();
        for (var bucket = 0; bucket < 256; bucket++)
        {
            rows.AddRange(await index.ReadAsync(bucket, default));
        }

        return rows.ToImmutable();
    }

    private async Task<VersionBuild> BuildAsync(Recipe recipe, VersionBuckets? before, MemoryBlobStore runs, List<string>? kept = null)
    {
        var outcome = await VersionBuild.RunAsync(_ledger.Store, runs, recipe.Canonical(), before, (file, _, _) =>
        {
            lock (_ledger)
            {
                kept?.Add(file.Path);
            }

            return Task.CompletedTask;
        }, default);
        Assert.Null(outcome.Refusal);
        return outcome.Value!;
    }
}
