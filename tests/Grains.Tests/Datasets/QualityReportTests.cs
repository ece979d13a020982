using System.Text.Json.Nodes;
using Orleans.Dpo.Grains.Datasets;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Grains.Tests.Datasets;

public sealed class QualityReportTests
{
    [Fact]
    public void Agreement_beyond_chance_stands_next_to_raw_agreement()
    {
        var report = Report(Pair(1, Choice.A, Choice.A), Pair(2, Choice.B, Choice.B), Pair(3, Choice.A, Choice.B), Pair(4, Choice.Tie, Choice.Tie));
        Assert.Equal(0.75, (double)report["raw_agreement"]!);
        Assert.Equal(1 - (7 * 2.0 / 42), (double)report["alpha_nominal"]!["value"]!, 1e-6);   // n = 8, D_o = 2/8, D_e = 42/56
        Assert.Equal(4, (int)report["alpha_nominal"]!["pairs"]!);
        Assert.Null(report["alpha_nominal"]!["undefined"]);
    }

    [Fact]
    public void Unanimous_votes_have_no_alpha_and_the_report_says_why()
    {
        var report = Report(Pair(1, Choice.A, Choice.A), Pair(2, Choice.A, Choice.A));
        Assert.Equal(1, (double)report["raw_agreement"]!);
        Assert.Null(report["alpha_nominal"]!["value"]);
        Assert.Contains("are the same", (string)report["alpha_nominal"]!["undefined"]!, StringComparison.Ordinal);
        Assert.Equal("No unit has two ratings.", (string)Report(Pair(1, Choice.A))["alpha_ordinal"]!["undefined"]!);
    }

    [Fact]
    public async Task Gold_is_right_where_the_answer_known_first_says_so()
    {
        var ledger = new JudgedLedger();
        await ledger.AddAsync("gold", [1, 2, 3, 4], purpose: Purpose.Gold);
        foreach (var (number, said) in new[] { (1, "a2"), (1, "b1"), (2, "t"), (3, "b1"), (4, "a1") })
        {
            await ledger.JudgeAsync(number, said, annotator: 1, purpose: Purpose.Gold);
        }

        var segment = $"projects/{JudgedLedger.Project}/gold/1.jsonl";
        await ledger.Store.PutIfAbsentAsync(segment, System.Text.Encoding.UTF8.GetBytes($$"""{"pair":"{{ledger[1].Id}}","answer":"a"}""" + "\n" + $$"""{"pair":"{{ledger[2].Id}}","answer":"tie"}""" + "\n"), default);
        await ledger.TellAsync("gold.added", "1", $$"""{"segment":"{{segment}}"}""");
        await ledger.TellAsync("gold.mined", ledger[1].Id.Value, $$"""{"pair":"{{ledger[1].Id}}","answer":"b"}""");
        await ledger.TellAsync("gold.mined", ledger[3].Id.Value, $$"""{"pair":"{{ledger[3].Id}}","answer":"a"}""");
        var recipe = ledger.Recipe;
        await ledger.TellAsync("gold.mined", ledger[4].Id.Value, $$"""{"pair":"{{ledger[4].Id}}","answer":"a"}""");   // after the cut
        var counts = await CountAsync(ledger, recipe);
        var gold = QualityReport.Of(counts, await GoldAnswers.ReadAsync(ledger.Store, recipe, default))["gold"]!;
        Assert.Equal((4, 3, 2, 0.5, 1), ((int)gold["judgments"]!, (int)gold["pairs"]!, (int)gold["right"]!, (double)gold["accuracy"]!, (int)gold["without_known_answer"]!));
        Assert.Equal(0.150, (double)gold["low"]!, 3);   // Wilson's interval of 2 in 4, from a table
        Assert.Equal(0.850, (double)gold["high"]!, 3);
        Assert.Equal("The right answer of no judged gold pair is known.", (string?)QualityReport.Of(counts)["gold"]!["undefined"]);
        Assert.Equal("No gold pair was judged.", (string?)Report(Pair(1, Choice.A))["gold"]!["undefined"]);
    }

    [Fact]
    public void What_cannot_be_computed_says_why()
    {
        var report = Report();
        foreach (var name in new[] { "coverage", "raw_agreement", "left_share", "tie_share", "both_bad_share", "median_active_ms", "policies", "drift" })
        {
            Assert.Null(report[name]);
            Assert.NotEqual("", (string)report["undefined"]![name]!);
        }

        Assert.Equal(8, report["undefined"]!.AsObject().Count);
        var full = Report(Pair(1, Choice.A, Choice.Tie), Pair(2, Choice.B, Choice.BothBad));
        Assert.Equal(["policies", "median_active_ms", "drift"], full["undefined"]!.AsObject().Select(reason => reason.Key).OrderDescending());
        Assert.Equal((0.25, 0.25, 1.0), ((double)full["tie_share"]!, (double)full["both_bad_share"]!, (double)full["coverage"]!));
    }

    [Fact]
    public void Win_rates_count_ties_as_half_and_leave_both_bad_out()
    {
        var report = Report(Between("p1", "p2", Pair(1, Choice.A, Choice.Tie)), Between("p2", "p1", Pair(2, Choice.A, Choice.BothBad)), Pair(3, Choice.A));
        Assert.Equal(
            ["p1 3 0.5", "p2 3 0.5"],
            report["policies"]!.AsArray().Select(policy => $"{policy!["policy"]} {policy["comparisons"]} {((double)policy["win_rate"]!).ToString(System.Globalization.CultureInfo.InvariantCulture)}"));
    }

    [Fact]
    public void Drift_compares_the_new_votes_with_those_before()
    {
        SourcePair[] then = [Between("p1", "p2", Pair(1, Choice.A, Choice.A)), Between("p1", "p2", Pair(2, Choice.A, Choice.Tie))];
        SourcePair[] now = [.. then, Between("p1", "p2", Pair(3, Choice.B, Choice.Tie))];
        var drift = JsonNode.Parse(CanonicalJson.Write(QualityReport.WithDrift(Report(now), "v1", Report(then))))!["drift"]!;
        Assert.Equal("v1", (string?)drift["parent"]);
        Assert.Equal((2, 0.25), ((int)drift["new_votes"]!["votes"]!, (double)drift["new_votes"]!["total_variation"]!));   // clearly ½, tie ½ against ¾, ¼
        Assert.Equal((1, 2), ((int)drift["pairs"]!, (int)drift["votes"]!));
        Assert.Equal((4.0 / 6) - (3.5 / 4), (double)drift["win_rates"]!["p1"]!, 6);   // 3 wins and a tie of 4; then 3 wins and two ties of 6
        Assert.NotNull(drift["alpha_ordinal"]);
        Assert.Equal(
            ["both_bad_share_of_window", "gold_accuracy", "median_active_ms", "no_majority_share_of_window", "ties_share_of_window"], drift["undefined"]!.AsObject().Select(reason => reason.Key).Order());   // these counts are of no recipe
        var back = QualityReport.WithDrift(Report(then), "v2", Report(now))["drift"]!;
        Assert.Null(back["new_votes"]);
        Assert.Contains("does not follow", (string)back["undefined"]!["new_votes"]!, StringComparison.Ordinal);
        var old = QualityReport.WithDrift(Report(then), "v0", new JsonObject { ["format"] = 2, ["pairs"] = 1 })["drift"]!;
        Assert.Contains("v0", (string)old["undefined"]!["new_votes"]!, StringComparison.Ordinal);
    }

    private static SourcePair Between(string a, string b, SourcePair pair) => pair with { Pair = pair.Pair with { ASource = a, BSource = b } };

    private static async Task<BucketCounts> CountAsync(JudgedLedger ledger, Recipe recipe)
    {
        var (index, counts) = (await SourceIndex.OpenAsync(ledger.Store, new MemoryBlobStore(), recipe, default), new BucketCounts());
        for (var bucket = 0; bucket < 256; bucket++)
        {
            foreach (var row in await index.ReadAsync(bucket, default))
            {
                counts.AddPair(row.Source, row.Source.Votes, JudgedLedger.Project);
            }
        }

        return counts;
    }

    private static JsonObject Report(params SourcePair[] pairs) => JsonNode.Parse(CanonicalJson.Write(QualityReport.Of(Counts(pairs))))!.AsObject();

    private static BucketCounts Counts(SourcePair[] pairs)
    {
        var counts = new BucketCounts();
        foreach (var pair in pairs)
        {
            counts.AddPair(pair, pair.Votes, "films");
        }

        return counts;
    }

    private static SourcePair Pair(int number, params Choice[] votes) => new(TestPairs.Pair(number, overlap: 2), [.. votes.Select((choice, i) => Judgment(number, i, choice))], 0);

    private static SourceJudgment Judgment(int number, int annotator, Choice choice)
    {
        var (pair, id) = (TestPairs.Pair(number, overlap: 2), new JudgmentId(Ulid.FromBits((UInt128)((number * 10) + annotator))));
        return new(number, DateTimeOffset.UnixEpoch, new()
        {
            Id = id,
            Pair = pair.Id,
            Annotator = TestPairs.Annotator(annotator),
            Lease = new("le_" + id.Value),
            Verdict = new(choice, choice is Choice.Tie ? null : 2),
            Purpose = pair.Purpose,
            Order = ShownOrder.Ab,
            Counted = true,
            Body = new('0', 32),
        }, IsLive: true);
    }
}
