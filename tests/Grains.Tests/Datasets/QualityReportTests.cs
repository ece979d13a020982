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
