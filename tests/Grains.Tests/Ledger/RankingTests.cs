using System.Text;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Grains.Tests.Ledger;

/// <summary>Rankings take the way of pairs; what is theirs alone is here.</summary>
public sealed class RankingTests
{
    private const int Ada = 1;
    private const int Bo = 2;
    private const int Cy = 3;
    private static readonly PairRecord s_four = TestPairs.Ranking(1, responses: 4);
    private static readonly PairRecord s_twice = TestPairs.Ranking(2, responses: 3, overlap: 2);
    private static readonly PairRecord s_pair = TestPairs.Pair(3);

    [Theory]
    [InlineData("2>0=1", "2>0=1")]
    [InlineData("3=1=0>2", "0=1=3>2")]
    [InlineData("7>6>5>4>3>2>1>0", "7>6>5>4>3>2>1>0")]
    public void A_ranking_is_its_groups_in_order(string given, string canonical)
    {
        var ranking = Ranking.Parse(given);
        Assert.Equal(canonical, ranking.ToString());
        Assert.True(Ranking.TryOf([.. ranking.Groups.Select(group => (IReadOnlyList<int>)group)], out var again));
        Assert.Equal(ranking, again);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("0>0")]
    [InlineData("0>2")]
    [InlineData("1>2")]
    [InlineData("0>1>2>3>4>5>6>7>8")]
    public void What_does_not_name_two_to_eight_positions_once_is_no_ranking(string text) => Assert.Throws<FormatException>(() => Ranking.Parse(text));

    [Fact]
    public void The_id_does_not_hang_on_the_order_and_is_never_a_pairs()
    {
        var ids = s_four.Responses.Select(response => response.Id).ToArray();
        Assert.Equal(s_four.Id, PairId.OfRanking(s_four.Prompt, ids.Reverse()));
        Assert.NotEqual(PairId.OfRanking(s_four.Prompt, ids[..2]).Value[3..], PairId.Of(s_four.Prompt, ids[0], ids[1]).Value[3..]);
        Assert.True(PairId.TryParse(s_four.Id.Value, out var parsed) && parsed.IsRanking);
        var row = Assert.Single(PairRow.ReadAll(TestPairs.Segment([s_four])));
        Assert.Equal(4, row.Record.Responses.Length);
        Assert.Throws<FormatException>(() => PairRow.ReadAll(TestPairs.Segment([s_four with { B = s_four.A }])));
        Assert.Throws<FormatException>(() => PairRow.ReadAll(TestPairs.Segment([s_pair with { More = [s_four.Responses[0]] }])));
        Assert.DoesNotContain("more", Encoding.UTF8.GetString(PairSegment.ToLine(s_pair)), StringComparison.Ordinal);
    }

    [Fact]
    public void Rankings_and_pairs_have_a_queue_each()
    {
        var story = new ShardStory(s_four, s_pair, s_twice);
        Assert.Equal([s_pair.Id], story.LeasedPairs(Ada));
        Assert.Equal([s_four.Id, s_twice.Id], story.Lease(Ada, 4, rankings: true).Granted!.Leases.Select(lease => lease.Pair));
        Assert.Equal(1, story.Lease(Bo, 4).HeldByOthers);
        Assert.Equal((1, 3, 0), (story.Status.OpenVoteSlots, story.Status.OpenRankingSlots, story.Status.CountedRankings));
        Assert.Equal(-1, story.Index.TryFindPair(new("pa_" + s_four.Id.Value[3..])));
    }

    [Fact]
    public void An_order_is_kept_in_canonical_positions_whatever_was_shown()
    {
        var story = new ShardStory(s_four);
        story.Lease(Ada, rankings: true);
        var command = Rank(story, 1, s_four, Ada, "2>0=3>1");
        var said = Assert.IsType<JudgmentRecorded>(story.Submit(command).Judgment);
        Assert.Equal(Choice.Ranked, said.Verdict.Choice);
        Assert.Equal((Purpose.Ranking, true), (said.Purpose, said.Counted));
        var shown = ShownResponses.Of(command.Lease, 4);
        Assert.Equal(shown.ToArray(), said.Shown.ToArray());
        Assert.Equal(shown[2], said.Ranking!.Value.Groups[0].Single());
        Assert.Equal(new[] { shown[0], shown[3] }.Order(), said.Ranking!.Value.Groups[1]);
        Assert.Equal(said.Ranking, Assert.Single(story.Index.JudgmentsAt(0, long.MaxValue)).Ranking);
        story.Reload();
        Assert.Equal(said.Ranking, Assert.Single(story.Index.JudgmentsAt(0, long.MaxValue)).Ranking);
        Assert.Equal((1, 0, 0), (story.Status.CountedRankings, story.Status.OpenRankingSlots, story.Status.CountedVotes));
    }

    [Fact]
    public void Every_order_of_responses_is_shown_as_often()
    {
        var first = Enumerable.Range(1, 8000).Select(i => ShownResponses.Of(new("le_" + Formats.Ulid.FromBits((UInt128)(ulong)i)), 4)).ToArray();
        Assert.All(first, order => Assert.Equal([0, 1, 2, 3], order.Order()));

        // 24 orders, 333 each: six standard deviations are 107.
        var counts = first.GroupBy(order => string.Join(' ', order)).Select(group => group.Count()).ToArray();
        Assert.Equal(24, counts.Length);
        Assert.All(counts, count => Assert.InRange(count, 226, 440));
    }

    [Fact]
    public void Two_rankers_for_the_last_slot_one_counts_and_the_other_is_surplus()
    {
        var story = new ShardStory(s_four);
        story.Lease(Ada, rankings: true);
        story.Now += TimeSpan.FromMinutes(31);
        story.Lease(Bo, rankings: true);
        var late = story.Submit(Rank(story, 1, s_four, Ada, "0>1>2>3"));
        Assert.True(late.Counted);
        Assert.Equal(TestPairs.Annotator(Bo), late.Revoked!.Annotator);
        Assert.False(story.Submit(Rank(story, 2, s_four, Bo, "3>2>1>0")).Counted);
        Assert.Equal(1, story.Index.Pair(0).Counted);
        Assert.Null(story.Lease(Cy, rankings: true).Granted);
    }

    [Fact]
    public void Edits_and_undos_supersede_and_a_retry_is_known()
    {
        var story = new ShardStory(s_twice);
        story.Lease(Ada, rankings: true);
        var first = Rank(story, 1, s_twice, Ada, "0>1>2");
        Assert.True(story.Submit(first).Counted);
        Assert.Null(story.Submit(first).Judgment);
        Assert.Equal(RefusalCodes.JudgmentIdReused, story.Submit(first with { Ranking = Ranking.Parse("0>2>1") }).Refusal!.Code);
        Assert.True(story.Submit(Rank(story, 2, s_twice, Ada, "0>2>1") with { Supersedes = first.Id }).Counted);
        Assert.Equal(1, story.Index.Pair(0).Counted);
        story.Submit(3, s_twice, Ada, ShownChoice.Undo, supersedes: 2);
        Assert.Equal(0, story.Index.Pair(0).Counted);
        Assert.True(story.Submit(Rank(story, 4, s_twice, Ada, "1>2>0")).Counted);
        Assert.False(story.Submit(Rank(story, 5, s_twice, Ada, "1>2>0")).Counted);
    }

    [Fact]
    public void A_pair_takes_no_order_and_a_ranking_no_side()
    {
        var story = new ShardStory(s_four, s_pair);
        story.Lease(Ada, rankings: true);
        story.Lease(Ada);
        Assert.Equal(RefusalCodes.BadVerdict, story.Submit(1, s_four, Ada).Refusal!.Code);
        Assert.Equal(RefusalCodes.BadVerdict, story.Submit(Rank(story, 2, s_pair, Ada, "0>1")).Refusal!.Code);
        Assert.Equal(RefusalCodes.BadVerdict, story.Submit(Rank(story, 3, s_four, Ada, "0>1>2")).Refusal!.Code);
        Assert.Equal(RefusalCodes.BadVerdict, story.Submit(4, s_four, Ada, ShownChoice.Ranked).Refusal!.Code);
        Assert.Null(story.Submit(5, s_four, Ada, ShownChoice.Skip).Refusal);
        Assert.Null(story.Probe(Bo, new(s_four.Id, Purpose.Gold, null)));
    }

    [Fact]
    public void The_line_of_a_ranking_reads_back_and_its_words_are_fixed()
    {
        var story = new ShardStory(s_four);
        story.Lease(Ada, rankings: true);
        var said = (JudgmentRecorded)story.Submit(Rank(story, 1, s_four, Ada, "2>0=3>1")).Judgment!;
        using var stream = new MemoryStream();
        using (var writer = new System.Text.Json.Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            LedgerEventJson.Write(writer, said);
            writer.WriteEndObject();
        }

        var text = Encoding.UTF8.GetString(stream.ToArray());
        var groups = string.Join(',', said.Ranking!.Value.Groups.Select(group => $"[{string.Join(',', group)}]"));
        Assert.Contains($"\"choice\":\"ranked\",\"ranking\":[{groups}],\"shown\":[{string.Join(',', said.Shown)}],\"purpose\":\"ranking\"", text, StringComparison.Ordinal);
        using var line = System.Text.Json.JsonDocument.Parse(text);
        var read = Assert.IsType<JudgmentRecorded>(LedgerEventJson.Read(said.Kind, line.RootElement));
        Assert.Equal((said.Ranking, said.Pair, said.Body), (read.Ranking, read.Pair, read.Body));
        Assert.Equal(said.Shown.ToArray(), read.Shown.ToArray());
    }

    private static SubmitJudgment Rank(ShardStory story, long id, PairRecord ranking, int annotator, string order) =>
        story.Command(id, ranking, annotator, ShownChoice.Ranked) with { Ranking = Ranking.Parse(order) };
}
