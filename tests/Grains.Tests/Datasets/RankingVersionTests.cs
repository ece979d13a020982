using System.Text;
using System.Text.Json.Nodes;
using Orleans.Dpo.Grains.Agreement;
using Orleans.Dpo.Grains.Datasets;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Storage;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Grains.Tests.Datasets;

public sealed class RankingVersionTests
{
    private readonly JudgedLedger _ledger = new();

    [Fact]
    public async Task Without_being_asked_for_rankings_give_no_pair_and_keep_their_orders()
    {
        await FillAsync();
        var version = await BuildAsync(_ledger.Recipe);
        Assert.Equal((2, 2), (version.Facts.Items, version.Facts.DpoTrain));
        var orders = Rows(version, "orders");
        Assert.Equal(["0=3>1>2", "1=2>0", "0>1>2>3", "3>0>2>1", "0>2>1>3", null, "0>1>2"], orders.OrderBy(row => (string)row["judgment_id"]!).Select(row => (string?)row["order"]).OrderBy(Position));
        Assert.Equal("0=3>1>2", (string)Assert.Single(orders, row => !(bool)row["live"]!)["order"]!);
        Assert.All(orders, row => Assert.Equal(((string)row["ranking_id"]!)[3..5], VersionTables.BucketOf(new((string)row["ranking_id"]!))));

        // The words of a recipe that existed before are what they were.
        Assert.DoesNotContain("rankings", (_ledger.Recipe with { Options = new() { Ties = "ignore" } }).Canonical(), StringComparison.Ordinal);
        Assert.Contains("\"rankings\":\"all\"", Asking("all").Canonical(), StringComparison.Ordinal);
        Assert.Equal("adjacent", Recipe.Parse(Asking("adjacent").Canonical()).Options.Rankings);

        static int Position(string? order) => Array.IndexOf(["0=3>1>2", "1=2>0", "0>1>2>3", "3>0>2>1", "0>2>1>3", null, "0>1>2"], order);
    }

    [Fact]
    public async Task Each_two_answers_are_a_pair_by_the_majority_of_orders()
    {
        await FillAsync();
        var version = await BuildAsync(Asking("all"));

        // Ranking 1 (four answers): orders 0>1>2>3, 0>2>1>3 and 3>0>2>1; every two are decided by two of three.
        var (rows, answers) = (Of(version, 1), _ledger[1].Responses);
        Assert.Equal(6, rows.Length);
        foreach (var (better, worse) in new[] { (0, 1), (0, 2), (0, 3), (2, 1), (1, 3), (2, 3) })
        {
            var row = Assert.Single(rows, row => (string)row["chosen_id"]! == answers[better].Id.Value && (string)row["rejected_id"]! == answers[worse].Id.Value);
            Assert.Equal((3, better is 0 && worse is not 3 ? 1.0 : 2 / 3.0), ((int)row["n_judgments"]!, Math.Round((double)row["agreement"]!, 6) is 0.666667 ? 2 / 3.0 : (double)row["agreement"]!));
            Assert.Null(row["strength"]);
            Assert.Equal("ranking", (string)row["selection_strategy"]!);
            Assert.Equal(_ledger[1].Id.Value[3..5], ((string)row["pair_id"]!)[3..5]);
        }

        // Ranking 2: 1=2>0 alone; the tie gives no row.
        Assert.Equal(2, Of(version, 2).Length);
        Assert.All(Of(version, 2), row => Assert.Equal(_ledger[2].Responses[0].Id.Value, (string)row["rejected_id"]!));

        // Held-out prompts stay held out.
        Assert.Equal(3, version.Facts.DpoTest);
        var ids = Rows(version, "items").Select(row => (string)row["pair_id"]!).ToArray();
        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    [Fact]
    public async Task Adjacent_takes_neighbours_and_ties_of_each_order_alone()
    {
        await FillAsync();
        var version = await BuildAsync(Asking("adjacent"));
        var answers = _ledger[1].Responses;
        var pairs = Rows(version, "items").Where(row => (string)row["origin"]! == "r1").ToDictionary(
            row => (Array.FindIndex([.. answers], a => a.Id.Value == (string)row["response_a_id"]!), Array.FindIndex([.. answers], a => a.Id.Value == (string)row["response_b_id"]!)), row => (int)row["n_judgments"]!);

        // 0>1>2>3: 01 12 23; 0>2>1>3: 02 12 13; 3>0>2>1: 03 02 12.
        Assert.Equal(new() { [(0, 1)] = 1, [(0, 2)] = 2, [(0, 3)] = 1, [(1, 2)] = 3, [(1, 3)] = 1, [(2, 3)] = 1 }, pairs);
    }

    [Fact]
    public async Task The_golden_version_with_rankings_never_changes()
    {
        await FillAsync();
        var (all, none) = (await BuildAsync(Asking("all")), await BuildAsync(_ledger.Recipe));
        Assert.Multiple(() => Assert.Equal("bbd58a42d2cf2e1e3dba3fc2e8edd6deffb13ad8", all.Facts.Identity[..40]), () => Assert.Equal("ba0839c80f724f3bf0eeff017fc5338592de0dd9", none.Facts.Identity[..40]));
    }

    [Fact]
    public async Task In_memory_and_by_buckets_is_one_version_and_a_later_cut_equals_a_fresh_one()
    {
        await FillAsync();
        var first = await BuildAsync(Asking("all"), _ledger.Store);
        await _ledger.RankAsync(2, "0>1>2", annotator: 2);
        var second = await BuildAsync(Asking("all"), _ledger.Store, first.Buckets);
        Assert.Equal((await BuildAsync(Asking("all"))).Facts, second.Facts);
        Assert.NotEqual(first.Facts.Identity, second.Facts.Identity);
        Assert.NotEqual((await BuildAsync(_ledger.Recipe, _ledger.Store, second.Buckets)).Facts.Identity, second.Facts.Identity);
    }

    [Fact]
    public async Task Judges_of_rankings_are_compared_by_tau_and_are_in_no_alpha()
    {
        await FillAsync();
        var (with, without) = (QualityReport.Of((await BuildAsync(Asking("all"))).Counts), QualityReport.Of((await BuildAsync(_ledger.Recipe)).Counts));

        // 0>1>2>3 and 0>2>1>3: 5 of 6 alike (2/3); 0>1>2>3 and 3>0>2>1: 2 of 6 (−1/3); 0>2>1>3 and 3>0>2>1: 3 of 6 (0).
        Assert.Equal(1 / 9.0, (double)with["rankings"]!["mean_tau_b"]!, 1e-6);
        Assert.Equal((3, 3, 5), ((int)with["rankings"]!["pairs_of_orders"]!, (int)with["rankings"]!["rankings"]!, (int)with["rankings"]!["orders"]!));
        Assert.Equal(without["alpha_nominal"]!.ToJsonString(), with["alpha_nominal"]!.ToJsonString());
        Assert.Equal((int)without["votes"]!, (int)with["votes"]!);

        // An order is one judgment, also where it is read as pairs.
        Assert.Equal((2, 7), ((int)with["judgments_by_purpose"]!["vote"]!, (int)with["judgments_by_purpose"]!["ranking"]!));
    }

    // By hand: 5/√(5·6) with a tie in one; 2 alike, 1 opposite, two ties in the one and one in the other: 1/√(4·5).
    [Theory]
    [InlineData("0>1>2>3", "0>1>2>3", 1.0)]
    [InlineData("0>1>2>3", "3>2>1>0", -1.0)]
    [InlineData("0>1=2>3", "0>1>2>3", 0.9128709291752769)]
    [InlineData("0=1>2=3", "0=2>1>3", 0.2236067977499790)]
    public void Tau_b_is_the_known_one(string one, string other, double tau) => Assert.Equal(tau, KendallTau.Of(Ranking.Parse(one), Ranking.Parse(other))!.Value, 1e-12);

    [Fact]
    public void Tau_of_an_order_that_ties_everything_is_undefined() => Assert.Null(KendallTau.Of(Ranking.Parse("0=1=2"), Ranking.Parse("0>1>2")));

    [Fact]
    public void The_joint_model_is_refused_votes_that_hang_together()
    {
        Assert.Null(RecipeRules.Check("majority/2", null, new() { Rankings = "all" }));
        Assert.NotNull(RecipeRules.Check("joint/1", null, new() { Rankings = "all" }));
        Assert.NotNull(RecipeRules.Check("majority/1", null, new() { Rankings = "adjacent", MinReliability = 0.2 }));
        Assert.NotNull(RecipeRules.Check("majority/1", null, new() { Rankings = "some" }));
        Assert.Null(RecipeRules.Check("joint/1", null, new()));
    }

    [Fact]
    public async Task Rankings_alone_are_a_version()
    {
        await _ledger.AddRankingAsync("r1", 1, 3);
        Assert.NotNull((await VersionBuild.RunAsync(_ledger.Store, new MemoryBlobStore(), _ledger.Recipe.Canonical(), null, (_, _, _) => Task.CompletedTask, default)).Refusal);
        await _ledger.RankAsync(1, "2>1>0", 1);
        var version = await BuildAsync(_ledger.Recipe);
        Assert.Equal((0, 0), (version.Facts.DpoTrain, version.Facts.Items));
        Assert.Equal(["data/orders/" + VersionTables.BucketOf(_ledger[1].Id) + ".jsonl"], version.Files.Select(file => file.Path));
    }

    [Fact]
    public async Task Card_and_Croissant_tell_of_orders_and_of_no_table_that_is_not_there()
    {
        await FillAsync();
        var (readme, croissant) = Describe(await BuildAsync(Asking("all")), Asking("all"));
        Assert.Contains("- config_name: dpo\n  default: true\n", readme, StringComparison.Ordinal);
        Assert.Contains("- config_name: orders\n  data_files:\n  - split: train\n    path: data/orders/*.jsonl\n---\n", readme, StringComparison.Ordinal);
        Assert.Contains("| orders (one a judgment of a ranking; live and counted: 5) | 7 |\n", readme, StringComparison.Ordinal);
        Assert.Contains("| Kendall's tau-b of two orders of a ranking, mean | 0.111 over 3 |\n", readme, StringComparison.Ordinal);
        var records = croissant["recordSet"]!.AsArray().ToDictionary(set => (string)set!["name"]!, set => set!["key"]!.ToJsonString());
        Assert.Contains("orders/judgment_id", records["orders"], StringComparison.Ordinal);

        // An order that is read as pairs is in the table of judgments once a pair.
        Assert.Contains("judgments/pair_id", records["judgments"], StringComparison.Ordinal);
        var judgments = Rows(await BuildAsync(Asking("all")), "judgments");
        Assert.Equal(judgments.Length, judgments.DistinctBy(row => ((string)row["judgment_id"]!, (string)row["pair_id"]!)).Count());

        var alone = _ledger.Recipe with { Options = new() { Prompts = [] } };
        var orders = await BuildAsync(alone);
        (readme, croissant) = Describe(orders with { Files = [.. orders.Files.Where(file => file.Path.StartsWith("data/orders/", StringComparison.Ordinal))] }, alone);
        Assert.Contains("configs:\n- config_name: orders\n  default: true\n  data_files:\n  - split: train\n    path: data/orders/*.jsonl\n---\n", readme, StringComparison.Ordinal);
        Assert.Equal("orders", (string)Assert.Single(croissant["recordSet"]!.AsArray())!["name"]!);

        static (string Readme, JsonNode Croissant) Describe(VersionBuild build, Recipe recipe)
        {
            var version = new VersionView { Version = 1, State = VersionState.Building, Created = DateTimeOffset.UnixEpoch, Recipe = recipe.Canonical(), Reason = "asked" };
            return (DataCard.Readme("films", version, build.Facts, QualityReport.Of(build.Counts), parent: null, build.Files),
                JsonNode.Parse(Croissant.Of("films", version, build.Facts, build.Files, parent: null, isChat: false))!);
        }
    }

    // The trainer's tests train on the same file.
    [Fact]
    public async Task The_rows_that_a_version_gives_are_the_golden_ones_that_are_trained_on()
    {
        await FillAsync();
        var build = (await VersionBuild.RunAsync(_ledger.Store, _ledger.Store, _ledger.Recipe.Canonical(), null, async (file, content, token) => await _ledger.Store.PutIfAbsentAsync(file.Blob, content, token), default)).Value!;
        var manifest = new VersionManifest { Project = JudgedLedger.Project, Version = "v1", Identity = build.Facts.Identity, Created = default, Files = build.Files, Facts = build.Facts };
        var (text, columns) = (new StringBuilder(), DerivedTable.Columns("rankings", isChat: false, false, false).Select(column => column.Name).ToHashSet());
        await foreach (var line in DerivedRows.ReadAsync(_ledger.Store, manifest, "rankings", "train", default))
        {
            text.Append(Encoding.UTF8.GetString(line.Span));
            Assert.Equal(columns, JsonNode.Parse(line.Span)!.AsObject().Select(member => member.Key).ToHashSet());
        }

        Assert.Equal(await File.ReadAllTextAsync(RepositoryFile.Path("tests/golden/rankings.jsonl")), text.ToString());
    }

    [Fact]
    public async Task Plackett_Luce_rows_are_the_orders_best_first_one_of_each_tie()
    {
        await FillAsync();
        var orders = (await BuildAsync(_ledger.Recipe)).Files.Where(file => file.Path.StartsWith("data/orders/", StringComparison.Ordinal));
        var lines = orders.SelectMany(file => _kept[file.Path].Split('\n', StringSplitOptions.RemoveEmptyEntries)).Select(line => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(line)).ToArray();
        var judges = lines.Select(RankingRows.RankingOf).OfType<string>().CountBy(id => id).ToDictionary();
        var rows = lines.SelectMany(line => RankingRows.PlackettLuce(line, "train", judges)).Select(line => JsonNode.Parse(line.Span)!).ToArray();
        Assert.Equal(4, rows.Length);
        var first = rows.Where(row => (string)row["pair_id"]! == _ledger[1].Id.Value).ToArray();
        Assert.All(first, row => Assert.Equal((3, 1 / 3.0, 0), ((int)row["judges"]!, Math.Round(3 * (double)row["weight"]!, 5) / 3, (int)row["tied"]!)));
        var expected = new[] { "0>1>2>3", "0>2>1>3", "3>0>2>1" }.Select(order => string.Join(' ', order.Split('>').Select(i => _ledger[1].Responses[i[0] - '0'].Id.Value)));
        Assert.Equal(expected.Order(), first.Select(row => string.Join(' ', row["ids"]!.AsArray().Select(id => (string)id!))).Order());
        var tied = Assert.Single(rows, row => (string)row["pair_id"]! == _ledger[2].Id.Value);
        Assert.Equal((2, 1, 1), (tied["ranked"]!.AsArray().Count, (int)tied["tied"]!, (int)tied["judges"]!));
        Assert.Equal(_ledger[2].Responses[0].Id.Value, (string)tied["ids"]![1]!);
        Assert.Single(lines.SelectMany(line => RankingRows.PlackettLuce(line, "test", judges)));
    }

    private readonly Dictionary<string, string> _kept = [];

    private Recipe Asking(string how) => _ledger.Recipe with { Options = new() { Rankings = how } };

    private async Task FillAsync()
    {
        await _ledger.AddAsync("s1", [11, 12]);
        await _ledger.JudgeAsync(11, "a2", 1);
        await _ledger.JudgeAsync(12, "b1", 2);
        await _ledger.AddRankingAsync("r1", 1, 4);
        await _ledger.AddRankingAsync("r2", 2, 3);
        await _ledger.AddRankingAsync("r3", 3, 3, split: "test");
        var changed = await _ledger.RankAsync(1, "0=3>1>2", 1);
        await _ledger.RankAsync(2, "1=2>0", 1);
        await _ledger.RankAsync(1, "0>1>2>3", 1, supersedes: changed);
        await _ledger.RankAsync(1, "3>0>2>1", 2);
        await _ledger.RankAsync(1, "0>2>1>3", 3);
        await _ledger.RankAsync(2, "", 3);
        await _ledger.RankAsync(3, "0>1>2", 2);
    }

    private async Task<VersionBuild> BuildAsync(Recipe recipe, IBlobStore? runs = null, VersionBuckets? before = null)
    {
        var outcome = await VersionBuild.RunAsync(_ledger.Store, runs ?? new MemoryBlobStore(), recipe.Canonical(), before, (file, content, _) =>
        {
            lock (_kept)
            {
                _kept[file.Path] = new StreamReader(content).ReadToEnd();
            }

            return Task.CompletedTask;
        }, default);
        Assert.Null(outcome.Refusal);
        return outcome.Value!;
    }

    private JsonNode[] Rows(VersionBuild version, string table) =>
        [.. version.Files.Where(file => file.Path.StartsWith($"data/{table}/", StringComparison.Ordinal)).SelectMany(file => _kept[file.Path].Split('\n', StringSplitOptions.RemoveEmptyEntries)).Select(line => JsonNode.Parse(line)!)];

    private JsonNode[] Of(VersionBuild version, int number) => [.. Rows(version, "dpo").Where(row => (string)row["origin"]! == $"r{number}")];
}
