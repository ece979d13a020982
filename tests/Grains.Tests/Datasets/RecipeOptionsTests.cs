using Orleans.Dpo.Grains.Datasets;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Grains.Tests.Datasets;

public sealed class RecipeOptionsTests
{
    private readonly JudgedLedger _ledger = new();

    [Fact]
    public void A_recipe_without_options_is_of_format_1_and_one_with_any_reads_back()
    {
        Assert.Equal(1, _ledger.Recipe.Format);
        Assert.Equal(1, (_ledger.Recipe with { Aggregation = "joint/1" }).Format);
        Assert.Equal(2, (_ledger.Recipe with { Aggregation = "majority/2" }).Format);
        var recipe = _ledger.Recipe with
        {
            Options = new()
            {
                Labels = "soft", Threshold = 0.7, Ties = "half", BothBad = "ignore", Weights = "strength", MinStrength = 1.5, MinAgreement = 0.6, MinVotes = 2, MinReliability = 0.2, Prompts = ["pr_b", "pr_a"],
                Origins = ["i1"], Sources = ["p1"], Dedup = true, PerPrompt = 3, ReplayOf = ["v1"],
            },
            Replay = 0.5,
            ReplayWindows = [new("v1", [], _ledger.Positions)],
        };
        Assert.Equal(2, recipe.Format);
        Assert.Equal(recipe.Canonical(), Recipe.Parse(recipe.Canonical()).Canonical());
        Assert.All(RecipeJson.Members.Remove("rankings"), member => Assert.Contains($"\"{member}\":", recipe.Canonical(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Filters_keep_pairs_out_and_are_counted()
    {
        await VoteAsync((1, "a1 a3 a2"), (2, "a1 a1 b1"), (3, "b"), (4, "b3 b3"));
        await IsAsync([2, 3, 4, 1], new());
        await IsAsync([1, 4], new() { MinAgreement = 0.9, MinVotes = 2 });
        await IsAsync([1, 2, 4], new() { MinVotes = 2 });
        await IsAsync([1, 4], new() { MinStrength = 2 });
        await IsAsync([1, 3, 4], new() { Threshold = 0.9 });
        await IsAsync([2], new() { Prompts = [_ledger[2].Prompt.Value] });
        await IsAsync([1, 2, 3, 4], new() { Origins = ["i1"], Sources = ["p1"] });
        Assert.Equal("empty-version", (await BuildAsync(new() { Origins = ["i7"] })).Refusal);
        Assert.Contains("kept out by the recipe's filters", (await BuildAsync(new() { Sources = ["p9"] })).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ties_and_both_bad_count_are_left_out_or_become_halves()
    {
        await VoteAsync((1, "a t t"), (2, "b x x"), (3, "a b"), (4, "a a"));
        await IsAsync([4], new());
        await IsAsync([1, 4], new() { Ties = "ignore" });
        await IsAsync([2, 4], new() { BothBad = "ignore" });
        await IsAsync([1, 4], new() { Labels = "soft" });
        await IsAsync([1, 3, 4], new() { Labels = "soft", Ties = "half" });
        var rows = (await BuildAsync(new() { Labels = "soft", Ties = "half", Weights = "confidence" })).Planned;
        Assert.Equal(["0.667 0.333", "0.500 0.010", "1.000 1.000"], rows.OrderBy(NumberOf).Select(row => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{row.PChosen:F3} {row.Weight:F3}")));
    }

    [Fact]
    public async Task Duplicates_and_rows_past_a_prompts_cap_are_dropped_the_same_way_every_time()
    {
        // 5, 1005 and 2005 share a prompt; 1005 and 5 have the same texts by different sources.
        await _ledger.AddAsync("i1", [5, 1005, 2005, 6], number => number is 1005 ? "5" : $"{number}");
        foreach (var (number, votes) in new[] { (5, "a"), (1005, "a a"), (2005, "b"), (6, "a") })
        {
            await JudgeAsync(number, votes);
        }

        await IsAsync([5, 6, 1005, 2005], new());
        await IsAsync([6, 1005, 2005], new() { Dedup = true });
        var capped = await BuildAsync(new() { PerPrompt = 1 });
        Assert.Equal(2, capped.Planned.Length);
        Assert.Contains(6, capped.Planned.Select(NumberOf));
        Assert.Equal(capped.Planned.Select(NumberOf), (await BuildAsync(new() { PerPrompt = 1 })).Planned.Select(NumberOf));
    }

    [Fact]
    public async Task An_adjudication_decides_in_majority_2_alone()
    {
        await VoteAsync((1, "a a b"));
        await _ledger.JudgeAsync(1, "b2", annotator: 9, purpose: Purpose.Adjudication);
        Assert.Equal(Choice.A, (await BuildAsync(new())).Planned.Single().Side);
        var decided = (await BuildAsync(new(), "majority/2")).Planned.Single();
        Assert.Equal((Choice.B, 1.0, 0.5), (decided.Side, decided.PChosen, decided.Agreement));
    }

    [Fact]
    public async Task Annotators_below_a_reliability_have_no_vote()
    {
        await _ledger.AddAsync("i1", Enumerable.Range(0, 60));
        for (var number = 0; number < 60; number++)
        {
            for (var annotator = 0; annotator < 4; annotator++)
            {
                await _ledger.JudgeAsync(number, (number % 2 is 0) ^ (annotator is 3) ? "a" : "b", annotator);
            }
        }

        var all = (await BuildAsync(new())).Planned;
        Assert.All(all, row => Assert.Equal(0.75, row.Agreement));
        Assert.All((await BuildAsync(new() { MinReliability = 0 })).Planned, row => Assert.Equal((1.0, 3), (row.Agreement, row.Used.Length)));
    }

    [Fact]
    public async Task Rows_are_replayed_from_the_windows_of_named_versions_alone()
    {
        await VoteAsync([.. Enumerable.Range(0, 20).Select(number => (number, "a"))]);
        var first = _ledger.Positions;
        await _ledger.AddAsync("i2", Enumerable.Range(100, 20));
        for (var number = 100; number < 120; number++)
        {
            await _ledger.JudgeAsync(number, "a", annotator: 1);
        }

        var second = _ledger.Positions;
        await _ledger.AddAsync("i3", Enumerable.Range(200, 20));
        for (var number = 200; number < 220; number++)
        {
            await _ledger.JudgeAsync(number, "a", annotator: 1);
        }

        var recipe = _ledger.Recipe with { Replay = 0.5, Since = second, Options = new() { ReplayOf = ["v1"] }, ReplayWindows = [new("v1", [], first)] };
        var replayed = (await PlannedAsync(recipe)).Where(row => row.Fate is RowFate.Replayed).Select(NumberOf).ToArray();
        Assert.Equal(10, replayed.Length);
        Assert.All(replayed, number => Assert.InRange(number, 0, 19));
    }

    private static int NumberOf(PlannedRow row) => int.Parse(row.Row.Texts.A.Text.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture) is var number && row.Row.Texts.A.Source is not "p1" && number < 1000 ? number + 1000 : number;

    private async Task VoteAsync(params (int Number, string Votes)[] pairs)
    {
        await _ledger.AddAsync("i1", pairs.Select(pair => pair.Number));
        foreach (var (number, votes) in pairs)
        {
            await JudgeAsync(number, votes);
        }
    }

    private async Task JudgeAsync(int number, string votes)
    {
        foreach (var (vote, annotator) in votes.Split(' ').Select((vote, annotator) => (vote, annotator)))
        {
            await _ledger.JudgeAsync(number, vote, annotator);
        }
    }

    private async Task IsAsync(int[] numbers, RecipeOptions options) => Assert.Equal(numbers.Order(), (await BuildAsync(options)).Planned.Select(NumberOf).Order());

    private async Task<(string? Refusal, string Detail, PlannedRow[] Planned)> BuildAsync(RecipeOptions options, string aggregation = "majority/1")
    {
        var recipe = _ledger.Recipe with { Options = options, Aggregation = aggregation };
        Assert.Null(RecipeRules.Check(recipe.Aggregation, recipe.Replay, options));
        var outcome = await VersionBuild.RunAsync(_ledger.Store, new MemoryBlobStore(), recipe.Canonical(), null, (_, _, _) => Task.CompletedTask, default);
        return outcome.Value is null ? (outcome.Refusal!.Code, outcome.Refusal.Detail, []) : (null, "", [.. (await PlannedAsync(recipe)).Where(row => row.Fate is RowFate.Train or RowFate.Replayed)]);
    }

    private async Task<PlannedRow[]> PlannedAsync(Recipe recipe)
    {
        var index = await SourceIndex.OpenAsync(_ledger.Store, new MemoryBlobStore(), recipe, default);
        var rows = new List<SourceRow>();
        for (var bucket = 0; bucket < 256; bucket++)
        {
            rows.AddRange(await index.ReadAsync(bucket, default));
        }

        var planner = new VersionPlanner(recipe);
        if (planner.NeedsVotes)
        {
            planner.SeeVotes([.. rows]);
        }

        if (planner.NeedsSelection)
        {
            planner.SeeRows([.. rows]);
        }

        return [.. rows.Select(planner.Plan.Of)];
    }
}
