using System.Collections.Immutable;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Silo.Tests.Ledger;

/// <summary>The grains on a real silo with shuffled delivery and real files.</summary>
public sealed class LedgerClusterTests : LedgerClusterFixture
{
    [Fact]
    public async Task Many_annotators_at_once_never_overfill_a_pair_and_restarts_lose_nothing()
    {
        var pairs = Enumerable.Range(0, 30).Select(n => TestPairs.Pair(n, overlap: 1 + (n % 3))).ToArray();
        await Store.PutIfAbsentAsync("projects/p/pairs/0/1.jsonl", TestPairs.Segment(pairs), default);
        var shard = Cluster.Client.GetGrain<ILedgerShardGrain>("p/0");
        var added = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => shard.AddPairsAsync("projects/p/pairs/0/1.jsonl", default)));
        Assert.Equal(30, added.Sum(outcome => outcome.Value));
        await Task.WhenAll(Enumerable.Range(1, 6).Select(annotator => JudgeAllAsync(annotator, pairs.Length)));
        var status = await shard.GetStatusAsync(default);
        Assert.Equal((pairs.Sum(pair => pair.Overlap), 0), (status.CountedVotes, status.OpenVoteSlots));
        foreach (var pair in pairs)
        {
            var view = await shard.GetPairAsync(pair.Id, default);
            Assert.Equal(pair.Overlap, view!.Judgments.Count(judgment => judgment.Counted));
            Assert.Equal(view.Judgments.Length, view.Judgments.DistinctBy(judgment => judgment.Annotator).Count());
            Assert.False(view.IsOpen);
        }

        Assert.Equal(status.Seq, (await LedgerReader.VerifyAsync(Store, "p", "0", default)).Seq);
    }

    [Fact]
    public async Task The_same_judgment_sent_many_times_at_once_isStored_once()
    {
        await Store.PutIfAbsentAsync("projects/p/pairs/0/1.jsonl", TestPairs.Segment([TestPairs.Pair(1)]), default);
        var shard = Cluster.Client.GetGrain<ILedgerShardGrain>("p/0");
        await shard.AddPairsAsync("projects/p/pairs/0/1.jsonl", default);
        var leased = Assert.Single((await shard.LeaseAsync(new(TestPairs.Annotator(1), 4), default)).Pairs);
        var judgment = Judge(1, leased, 1);
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => shard.SubmitAsync(judgment, default)));
        Assert.All(results, result => Assert.Equal(new SubmitResult(SubmitStatus.Stored, true, null), result));
        Assert.Single((await shard.GetPairAsync(leased.Pair.Id, default))!.Judgments);
    }

    [Fact]
    public async Task A_deactivated_shard_comes_back_with_its_leases_and_a_new_epoch()
    {
        await Store.PutIfAbsentAsync("projects/p/pairs/0/1.jsonl", TestPairs.Segment([TestPairs.Pair(1)]), default);
        var shard = Cluster.Client.GetGrain<ILedgerShardGrain>("p/0");
        await shard.AddPairsAsync("projects/p/pairs/0/1.jsonl", default);
        var leased = Assert.Single((await shard.LeaseAsync(new(TestPairs.Annotator(1), 1), default)).Pairs);
        await Cluster.DeactivateAsync(shard);
        Assert.Equal(1, (await shard.GetStatusAsync(default)).Leased);
        Assert.Empty((await shard.LeaseAsync(new(TestPairs.Annotator(2), 1), default)).Pairs);
        Assert.True((await shard.SubmitAsync(Judge(1, leased, 1), default)).Counted);
        Assert.Equal(2, await CountAsync("0", entry => entry.Event is EpochBegun));
    }

    [Fact]
    public async Task A_writer_that_was_fenced_answers_unknown_once_and_then_works_again()
    {
        await Store.PutIfAbsentAsync("projects/p/pairs/0/1.jsonl", TestPairs.Segment([TestPairs.Pair(1)]), default);
        var shard = Cluster.Client.GetGrain<ILedgerShardGrain>("p/0");
        await shard.AddPairsAsync("projects/p/pairs/0/1.jsonl", default);
        var leased = Assert.Single((await shard.LeaseAsync(new(TestPairs.Annotator(1), 1), default)).Pairs);
        await using (await LedgerShard.OpenAsync(new(Store, new LedgerFolder("p", "0"), new(), TimeProvider.System), default))
        {
            Assert.Equal(SubmitStatus.OutcomeUnknown, (await shard.SubmitAsync(Judge(1, leased, 1), default)).Status);
        }

        SubmitResult result;
        do
        {
            result = await shard.SubmitAsync(Judge(1, leased, 1), default);
        }
        while (result.Status is SubmitStatus.OutcomeUnknown);
        Assert.Equal(new SubmitResult(SubmitStatus.Stored, true, null), result);
    }

    [Fact]
    public async Task Project_events_are_kept_once_by_kind_and_key()
    {
        var ledger = Cluster.Client.GetGrain<IProjectLedgerGrain>("p");
        ImmutableArray<ProjectEvent> events = [new("round.planned", "r1", "{\"round\": \"r1\"}"), new("round.planned", "r2", "{}")];
        var first = await ledger.AppendAsync(events, default);
        var again = await ledger.AppendAsync([.. events, new("round.started", "r1", "{}")], default);
        Assert.Equal((3, 4), (first.Seq, again.Seq));
        await Cluster.DeactivateAsync(ledger);
        Assert.Equal(5, (await ledger.AppendAsync(events, default)).Seq);
        Assert.Equal(5, (await ledger.GetPositionAsync(default)).Seq);
        Assert.Equal(3, await CountAsync("_project", entry => entry.Event is ProjectRecorded));
        await Assert.ThrowsAsync<ArgumentException>(() => ledger.AppendAsync([new("epoch", "x", "{}")], default));
        await Assert.ThrowsAsync<ArgumentException>(() => ledger.AppendAsync([new("round.x", "x", "[1]")], default));
    }

    private async Task JudgeAllAsync(int annotator, int pairs)
    {
        var shard = Cluster.Client.GetGrain<ILedgerShardGrain>("p/0");
        for (var judged = 0; judged < pairs; judged++)
        {
            var grant = await shard.LeaseAsync(new(TestPairs.Annotator(annotator), 1 + (judged % 4)), default);
            if (grant.Pairs.IsEmpty && grant.HeldByOthers == 0)
            {
                return;
            }

            await Task.WhenAll(grant.Pairs.Select((leased, i) => shard.SubmitAsync(Judge((annotator * 10_000) + (judged * 4) + i, leased, annotator), default)));
            if (judged % 7 == annotator)
            {
                await Cluster.DeactivateAsync(shard);
            }
        }
    }

    private async Task<int> CountAsync(string shard, Func<LedgerEntry, bool> counts)
    {
        var count = 0;
        await foreach (var entry in LedgerReader.ReadAsync(Store, "p", shard, 1, long.MaxValue, default))
        {
            count += counts(entry) ? 1 : 0;
        }

        return count;
    }

    private static SubmitJudgment Judge(long id, LeasedPair leased, int annotator) => new()
    {
        Id = TestPairs.Judgment(id),
        Pair = leased.Pair.Id,
        Annotator = TestPairs.Annotator(annotator),
        Lease = leased.Lease,
        Choice = ShownChoice.Tie,
    };
}
