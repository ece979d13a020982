using System.Globalization;
using System.Text;
using Orleans.Dpo.Grains.Datasets;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Prompts;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Grains.Tests.Datasets;

public sealed class JointAggregatorTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);
    private readonly Dictionary<PairId, PairTexts> _texts = [];

    [Fact]
    public void The_golden_verdicts_of_joint_1_never_change()
    {
        var lines = new StringBuilder();
        foreach (var aggregate in All(Crowd()))
        {
            lines.Append(CultureInfo.InvariantCulture, $"{aggregate.Choice} {CanonicalJson.Number(aggregate.PChosen)} {CanonicalJson.Number(aggregate.Agreement)} {CanonicalJson.Number(aggregate.TieShare)} {aggregate.Strength:F6}\n");
        }

        var hash = ContentHash.Hex(lines.ToString());
        Assert.True(hash is "babdf6071a6f1586abb63607b0304efcd47e5b1df41bebd30df87adbdad31b82", hash);
    }

    [Fact]
    public void The_golden_version_of_joint_1_never_changes()
    {
        var recipe = new Recipe { Project = "films", Positions = [new("0", 5000, new('a', 64))], Seed = 1, Aggregation = "joint/1" };
        var tables = VersionTables.Build(recipe, [.. Crowd()], _texts).Value!;
        var identity = VersionIdentity.Of(recipe.Canonical(), tables);
        Assert.True(identity is "70c2c2dfdffafdb6273424149eff551c199950d988bb9e5f15623e1e683f24bb", identity);
        Assert.InRange(tables.Facts.DpoTrain, 30, 89);
    }

    [Fact]
    public void Neither_the_order_of_pairs_nor_of_votes_changes_a_verdict()
    {
        var pairs = Crowd();
        var forth = All(pairs);
        var back = All([.. pairs.Reverse().Select(pair => pair with { Judgments = [.. pair.Judgments.Reverse()] })]);
        Assert.Equal(forth.Reverse().ToArray(), back.ToArray());
    }

    [Fact]
    public void An_inverted_annotator_no_longer_decides_and_a_majority_of_one_is_not_enough()
    {
        var (lone, contested) = (Pair(200, (1, "a2")), Pair(201, (0, "a1"), (5, "b1")));
        var all = All([.. Crowd(), lone, contested]);
        Assert.Null(all[^2].Choice);
        Assert.Equal(Choice.A, all[^1].Choice);   // annotator 5 says the opposite of the others everywhere
        Assert.InRange(all[^1].PChosen, JointAggregator.Confidence, 1);
        Assert.Equal(0.5, all[^1].Agreement);
    }

    [Fact]
    public void Both_bad_by_more_than_half_and_ties_by_most_are_verdicts()
    {
        var all = All([.. Crowd(), Pair(200, (0, "x"), (1, "x"), (2, "a")), Pair(201, (0, "t"), (1, "t"), (2, "a")), Pair(202)]);
        Assert.Equal([Choice.BothBad, Choice.Tie, null], all.Skip(all.Length - 3).Select(aggregate => aggregate.Choice));
        Assert.Equal(new Aggregate(null, 0.5, 0, 0, null), all[^1]);
    }

    [Fact]
    public void All_aggregations_are_found_by_name()
    {
        Assert.All(Aggregators.Names, name => Assert.Equal(name, Aggregators.Find(name).Name));
        Assert.Throws<ArgumentException>(() => Aggregators.Find("joint/2"));
    }

    private Aggregate[] All(SourcePair[] pairs)
    {
        var seen = pairs.Select(pair => PairVotes.Of(pair, _texts[pair.Pair.Id], pair.Votes)).ToArray();
        var posteriors = JointPosteriors.Of(seen);
        return [.. seen.Select(pair => new JointAggregator().Of(pair, posteriors.PABetter.GetValueOrDefault(pair.Key, 0.5)))];
    }

    /// <summary>Ninety pairs, five votes each of six annotators: five mostly right, the sixth inverted.</summary>
    private SourcePair[] Crowd() => [.. Enumerable.Range(1, 90).Select(number => Pair(number, [.. Enumerable.Range(0, 6).Where(k => k != number % 6).Select(k => (k, Says(number, k)))]))];

    private static string Says(int number, int annotator)
    {
        var slip = ((number * 7) + (annotator * 13)) % 11;
        var better = (number % 2 is 0) ^ (slip is 3 or 8) ^ (annotator is 5);
        return slip is 5 ? "t" : $"{(better ? 'a' : 'b')}{1 + (slip % 3)}";
    }

    private SourcePair Pair(int number, params (int Annotator, string Vote)[] votes)
    {
        var pair = TestPairs.Pair(number, overlap: 5);
        var prompt = new PromptContent { Text = $"Prompt {number}" };
        _texts[pair.Id] = new(prompt, Row(pair, pair.A, new('a', 20 + (number % 17))), Row(pair, pair.B, new('b', 20 + (number % 23))));
        return new(pair, [.. votes.Select((vote, i) => Judgment(pair, vote.Annotator, vote.Vote, (number * 10) + i))], 0);
    }

    private static ResponseRow Row(PairRecord pair, ResponseId id, string text) => new() { ResponseId = id, PromptId = pair.Prompt, Source = "p0", Text = text };

    private static SourceJudgment Judgment(PairRecord pair, int annotator, string vote, int seq)
    {
        var id = new JudgmentId(Ulid.FromBits((UInt128)seq));
        return new(seq, s_noon.AddSeconds(seq), new()
        {
            Id = id, Pair = pair.Id, Annotator = TestPairs.Annotator(annotator), Lease = new("le_" + id.Value),
            Verdict = new(vote[0] switch { 'a' => Choice.A, 'b' => Choice.B, 't' => Choice.Tie, _ => Choice.BothBad }, vote.Length > 1 ? vote[1] - '0' : null),
            Purpose = pair.Purpose, Order = seq % 3 is 0 ? ShownOrder.Ba : ShownOrder.Ab, Counted = true, Body = new('0', 32), Guideline = 1,
        }, IsLive: true);
    }
}
