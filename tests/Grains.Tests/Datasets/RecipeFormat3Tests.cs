using System.Text;
using System.Text.Json.Nodes;
using Orleans.Dpo.Grains.Datasets;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Prompts;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Grains.Tests.Datasets;

/// <summary>Filters by what prompts are labelled with, by sources, and by whose votes and when; and the rows of tables/2.</summary>
public sealed class RecipeFormat3Tests
{
    private static readonly DateTimeOffset s_begin = DateTimeOffset.UnixEpoch.AddTicks(1_767_614_400_000_000 * 10);
    private readonly JudgedLedger _ledger = new();

    [Fact]
    public void The_golden_texts_of_each_format_never_change()
    {
        var bare = new Recipe { Project = "films", Positions = [new("0", 7, new('a', 64)), new("_project", 1, new('b', 64))], Seed = 1 };
        var soft = bare with { Options = new() { Labels = "soft" } };
        var full = bare with
        {
            Options = new()
            {
                Languages = ["en", "de-CH"], TagsAny = ["math"], TagsAll = ["b", "a"], TagsNone = ["toxic"], ExcludeOrigins = ["i9"], SourcesAny = ["p2"], ExcludeSources = ["p1"], MinPosterior = 0.9,
                Annotators = ["a_0123456789abcdef"], ExcludeAnnotators = ["a_fedcba9876543210"], AnnotatorKinds = ["person"], VotesFrom = s_begin, VotesBefore = s_begin.AddDays(1),
            },
        };
        Assert.Equal([1, 2, 3, 3], new[] { bare, soft, bare with { Tables = 2 }, full }.Select(recipe => recipe.Format));
        Assert.Equal(
            ["aca30ca1", "aca30ca1"],
            new[] { ContentHash.Hex(bare.Canonical())[..8], ContentHash.Hex(Recipe.Parse(bare.Canonical()).Canonical())[..8] });
        Assert.Equal(["36f94b3c", "717530eb", "846938a9"], new[] { soft, bare with { Tables = 2 }, full }.Select(recipe => ContentHash.Hex(recipe.Canonical())[..8]));
        foreach (var recipe in new[] { bare, soft, bare with { Tables = 2 }, full })
        {
            Assert.Equal(recipe.Canonical(), Recipe.Parse(recipe.Canonical()).Canonical());
            Assert.Equal(recipe.Format is 3, RecipeJson.Members3.All(member => recipe.Canonical().Contains($"\"{member}\":", StringComparison.Ordinal)));
            Assert.Equal(recipe.Format is 3, RecipeJson.Members3.Any(member => recipe.Canonical().Contains($"\"{member}\":", StringComparison.Ordinal)));
        }

        Assert.Contains("\"votes_from\":\"2026-01-05T12:00:00.000000Z\"", full.Canonical(), StringComparison.Ordinal);
        Assert.Throws<System.Text.Json.JsonException>(() => Recipe.Parse(full.Canonical().Replace("tables/2", "tables/3", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Prompts_are_chosen_by_language_and_tags()
    {
        await _ledger.AddAsync("i1", Enumerable.Range(1, 5), labels: number => number switch
        {
            1 => new PromptLabels("de", ["math"]),
            2 => new("de-CH", ["code", "math"]),
            3 => new("en", ["code"]),
            4 => new(null, ["toxic"]),
            _ => null,
        });
        await JudgeAllAsync(1, 2, 3, 4, 5);
        await IsAsync("1 2 3 4 5", new());
        await IsAsync("1 2", new() { Languages = ["de"] });
        await IsAsync("2 3", new() { Languages = ["de-CH", "en"] });
        await IsAsync("4 5", new() { Languages = ["und"] });
        await IsAsync("1 2 3", new() { TagsAny = ["math", "code"] });
        await IsAsync("2", new() { TagsAll = ["math", "code"] });
        await IsAsync("1 2 3 5", new() { TagsNone = ["toxic"] });
        await IsAsync("1", new() { TagsAny = ["math"], TagsNone = ["code"] });
        Assert.Contains("5 kept out", (await BuildAsync(new() { Languages = ["fr"] })).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pairs_are_chosen_by_origin_and_by_who_wrote_one_or_both_answers()
    {
        await _ledger.AddAsync("i1", [1, 2]);
        await _ledger.AddAsync("i2", [1003]);
        await JudgeAllAsync(1, 2, 1003);
        await IsAsync("1 2", new() { ExcludeOrigins = ["i2"] });
        await IsAsync("1003", new() { SourcesAny = ["p2", "p7"] });
        await IsAsync("1 2", new() { ExcludeSources = ["p2"] });
    }

    [Fact]
    public async Task Votes_speak_by_time_annotator_and_kind()
    {
        await _ledger.AddAsync("i1", [1, 2, 3]);
        await _ledger.JudgeAsync(1, "a", annotator: 1);   // at 1 µs after the beginning, as the ledger counts
        await _ledger.JudgeAsync(2, "a", annotator: 2);
        await _ledger.JudgeAsync(2, "b", annotator: 1);
        await _ledger.JudgeAsync(3, "b", annotator: 3, kind: "model");
        var (one, two) = (TableRows.Pseudonym(JudgedLedger.Project, TestPairs.Annotator(1)), TableRows.Pseudonym(JudgedLedger.Project, TestPairs.Annotator(2)));
        await IsAsync("1 3", new());
        await IsAsync("1 2 3", new() { ExcludeAnnotators = [two] });
        await IsAsync("2", new() { Annotators = [two] });
        await IsAsync("1", new() { AnnotatorKinds = ["person"] });
        await IsAsync("3", new() { AnnotatorKinds = ["model"] });
        await IsAsync("2 3", new() { VotesFrom = At(3) });
        await IsAsync("1 2", new() { VotesBefore = At(3) });
        await IsAsync("2", new() { VotesFrom = At(2), VotesBefore = At(3) });
    }

    [Fact]
    public async Task A_least_posterior_keeps_out_what_the_joint_model_is_not_sure_of()
    {
        await _ledger.AddAsync("i1", Enumerable.Range(1, 40));
        for (var number = 1; number <= 40; number++)
        {
            for (var annotator = 0; annotator < (number is 1 ? 1 : 4); annotator++)
            {
                await _ledger.JudgeAsync(number, number % 2 is 0 ? "a" : "b", annotator);
            }
        }

        var all = await BuildAsync(new());
        var sure = await BuildAsync(new() { MinPosterior = 0.97 });
        Assert.Equal((40, 39), (all.Rows.Length, sure.Rows.Length));
        Assert.DoesNotContain(_ledger[1].Id.Value, sure.Rows.Select(row => (string)row["pair_id"]!));
    }

    [Theory]
    [InlineData("languages")]
    [InlineData("tag")]
    [InlineData("annotators")]
    [InlineData("annotator_kinds")]
    [InlineData("votes_from")]
    [InlineData("min_posterior")]
    [InlineData("both")]
    public void Options_that_cannot_be_are_refused(string named)
    {
        var refusal = RecipeRules.Check("majority/1", null, named switch
        {
            "languages" => new() { Languages = ["de_CH"] },
            "tag" => new() { TagsAny = [""] },
            "annotators" => new() { Annotators = ["an_00000000000000000000000000000001"] },
            "annotator_kinds" => new() { AnnotatorKinds = ["robot"] },
            "votes_from" => new() { VotesFrom = s_begin, VotesBefore = s_begin },
            "min_posterior" => new() { MinPosterior = 0.4 },
            _ => new RecipeOptions { TagsNone = ["x"], TagsAll = ["x"] },
        });
        Assert.Contains(named, refusal!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_of_tables_2_say_language_tags_kind_and_aspects_in_every_row()
    {
        await _ledger.AddAsync("i1", [1, 2], labels: number => number is 1 ? new PromptLabels("de", ["math"]) : null);
        await _ledger.JudgeAsync(1, "a2", annotator: 1, kind: "model", aspects: [new("clear", -2), new("true", 1)]);
        await _ledger.JudgeAsync(2, "b", annotator: 2);
        var files = await FilesAsync(_ledger.Recipe with { Tables = 2 });
        var judgments = Rows(files, "data/judgments");
        Assert.Equal(["model", "person"], judgments.Select(row => (string)row["annotator_kind"]!).Order());
        Assert.Equal("""[{"aspect":"clear","rating":-2},{"aspect":"true","rating":1}]""", judgments.Single(row => (string)row["annotator_kind"]! is "model")["aspects"]!.ToJsonString());
        Assert.All(judgments, row => Assert.True(row.AsObject().ContainsKey("lease_strategy") && row["aspects"] is JsonArray && row["reasons"] is JsonArray));
        foreach (var table in new[] { "data/items", "data/dpo" })
        {
            Assert.Equal(["[\"math\"]", "[]"], Rows(files, table).OrderBy(row => row["lang"] is null).Select(row => row["tags"]!.ToJsonString()));
        }

        var older = await FilesAsync(_ledger.Recipe);
        Assert.All(Rows(older, "data/"), row => Assert.False(row.AsObject().ContainsKey("tags") || row.AsObject().ContainsKey("aspects")));
        Assert.All(files.Values, file => Assert.All(Encoding.UTF8.GetString(file).Split('\n', StringSplitOptions.RemoveEmptyEntries), line =>
            Assert.Equal(CanonicalJson.Write(JsonNode.Parse(line)!.AsObject()), line, (a, b) => a.Length == b.Length || line.Contains(".0", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task Buckets_of_an_older_program_or_of_other_vote_filters_are_not_taken_over()
    {
        await _ledger.AddAsync("i1", Enumerable.Range(1, 30));
        await JudgeAllAsync([.. Enumerable.Range(1, 30)]);
        var recipe = _ledger.Recipe with { Tables = 2 };
        var index = await SourceIndex.OpenAsync(_ledger.Store, _ledger.Store, recipe, default);
        var fresh = (await VersionBuild.RunAsync(_ledger.Store, _ledger.Store, recipe.Canonical(), null, (_, _, _) => Task.CompletedTask, default)).Value!;
        foreach (var (program, taken) in new[] { (BucketWords.Program, true), ("bucket/1", false) })
        {
            // What an earlier program would have left: its own words, and files that this one would not make.
            var words = new BucketWords(new VersionPlan(recipe), program);
            var left = new VersionBuckets
            {
                Buckets = fresh.Buckets.Buckets.SetItems(fresh.Buckets.Buckets.Select(bucket =>
                {
                    var number = Convert.ToInt32(bucket.Key, 16);
                    return KeyValuePair.Create(bucket.Key, bucket.Value with { Word = words.Of(number, index.TouchOf(number)), ItemsWord = words.OfItems(number, index.TouchOf(number)), Files = [] });
                })),
            };
            var build = (await VersionBuild.RunAsync(_ledger.Store, _ledger.Store, recipe.Canonical(), left, (_, _, _) => Task.CompletedTask, default)).Value!;
            Assert.Equal(taken, build.Files.IsEmpty);
            Assert.Equal(!taken, build.Facts.Identity == fresh.Facts.Identity);
        }

        var filtered = recipe with { Options = new() { VotesFrom = At(10) } };
        var next = (await VersionBuild.RunAsync(_ledger.Store, _ledger.Store, filtered.Canonical(), fresh.Buckets, (_, _, _) => Task.CompletedTask, default)).Value!;
        var alone = (await VersionBuild.RunAsync(_ledger.Store, new MemoryBlobStore(), filtered.Canonical(), null, (_, _, _) => Task.CompletedTask, default)).Value!;
        Assert.Equal(alone.Facts, next.Facts);
    }

    private static DateTimeOffset At(int vote) => s_begin.AddTicks(10 * vote);

    private static JsonNode[] Rows(Dictionary<string, byte[]> files, string folder) =>
        [.. files.Where(file => file.Key.StartsWith(folder, StringComparison.Ordinal)).OrderBy(file => file.Key, StringComparer.Ordinal)
            .SelectMany(file => Encoding.UTF8.GetString(file.Value).Split('\n', StringSplitOptions.RemoveEmptyEntries)).Select(line => JsonNode.Parse(line)!)];

    private async Task JudgeAllAsync(params int[] numbers)
    {
        foreach (var number in numbers)
        {
            await _ledger.JudgeAsync(number, "a", annotator: 1);
        }
    }

    private async Task IsAsync(string numbers, RecipeOptions options)
    {
        var rows = (await BuildAsync(options)).Rows.Select(row => (string)row["pair_id"]!).Order(StringComparer.Ordinal);
        Assert.Equal(numbers.Split(' ').Select(number => _ledger[int.Parse(number, System.Globalization.CultureInfo.InvariantCulture)].Id.Value).Order(StringComparer.Ordinal), rows);
    }

    private async Task<(JsonNode[] Rows, string Detail)> BuildAsync(RecipeOptions options)
    {
        Assert.Null(RecipeRules.Check("majority/1", null, options));
        var files = new Dictionary<string, byte[]>();
        var outcome = await RunAsync(_ledger.Recipe with { Options = options, Tables = 2 }, files);
        return (Rows(files, "data/dpo/train"), outcome.Refusal?.Detail ?? "");
    }

    private async Task<Dictionary<string, byte[]>> FilesAsync(Recipe recipe)
    {
        var files = new Dictionary<string, byte[]>();
        Assert.Null((await RunAsync(recipe, files)).Refusal);
        return files;
    }

    private Task<Refusals.Outcome<VersionBuild>> RunAsync(Recipe recipe, Dictionary<string, byte[]> files) =>
        VersionBuild.RunAsync(_ledger.Store, new MemoryBlobStore(), recipe.Canonical(), null, (file, content, _) =>
        {
            var bytes = new byte[content.Length];
            content.ReadExactly(bytes);
            lock (files)
            {
                files[file.Path] = bytes;
            }

            return Task.CompletedTask;
        }, default);
}
