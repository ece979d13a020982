using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Silo.Tests.Ledger;

/// <summary>Votes, hidden checks, published orders and changing numbers of wanted votes at once, on a real silo with shuffled delivery.</summary>
public sealed class LeaseRaceTests : LedgerClusterFixture
{
    private const int Most = 4;
    private const int Annotators = 8;

    [Fact]
    public async Task Adaptive_overlap_stays_exact_while_orders_change_and_probes_are_mixed_in()
    {
        var pairs = Enumerable.Range(0, 24).Select(n => TestPairs.Pair(n, overlap: Most) with { MinOverlap = 1 }).ToArray();
        var gold = Enumerable.Range(100, 12).Select(n => TestPairs.Pair(n, purpose: Purpose.Gold)).ToArray();
        await Store.PutIfAbsentAsync("projects/p/pairs/0/1.jsonl", TestPairs.Segment([.. pairs, .. gold]), default);
        var shard = Cluster.Client.GetGrain<ILedgerShardGrain>("p/0");
        await shard.AddPairsAsync("projects/p/pairs/0/1.jsonl", default);
        var publisher = PublishAsync(shard, pairs);
        await Task.WhenAll(Enumerable.Range(1, Annotators).Select(annotator => JudgeAsync(shard, gold, annotator)).Append(publisher));

        // Everyone stopped; what is still wanted is judged to its end by people who never saw the pairs.
        foreach (var annotator in Enumerable.Range(20, Most))
        {
            await JudgeAsync(shard, [], annotator);
        }

        var status = await shard.GetStatusAsync(default);
        Assert.Equal((0, 0), (status.OpenVoteSlots, status.Leased));
        var wanted = new Dictionary<PairId, int>();
        await foreach (var entry in LedgerReader.ReadAsync(Store, "p", "0", 1, status.Seq, default))
        {
            foreach (var (pair, votes) in entry.Event is PairsWanted changed ? changed.Pairs : [])
            {
                wanted[pair] = votes;
            }
        }

        foreach (var pair in pairs)
        {
            var counted = (await shard.GetPairAsync(pair.Id, default))!.Judgments.Where(judgment => judgment.Counted).ToArray();
            Assert.InRange(counted.Length, wanted.GetValueOrDefault(pair.Id, 1), Most);
            Assert.Equal(counted.Length, counted.DistinctBy(judgment => judgment.Annotator).Count());
            Assert.All(counted, judgment => Assert.Equal(Purpose.Vote, judgment.Purpose));
        }

        // Each of the eight wished for each gold pair twice, in an order of their own: each judged each once, whatever raced.
        foreach (var pair in gold)
        {
            var views = (await shard.GetPairAsync(pair.Id, default))!.Judgments;
            Assert.All(views, judgment => Assert.Equal((Purpose.Gold, false), (judgment.Purpose, judgment.Counted)));
            Assert.Equal(Enumerable.Range(1, Annotators).Select(TestPairs.Annotator), views.Select(judgment => judgment.Annotator).Order());
        }
    }

    private static async Task PublishAsync(ILedgerShardGrain shard, PairRecord[] pairs)
    {
        var random = new Random(4);
        for (var n = 0; n < 30; n++)
        {
            await shard.PublishAsync(
                new()
                {
                    UniformShare = 0.2,
                    Fresh = random.NextDouble(),
                    Pairs = [.. pairs.OrderBy(_ => random.Next()).Take(10).Select(pair => new PairPriority(pair.Id, random.NextDouble()))],
                    Wanted = [.. pairs.OrderBy(_ => random.Next()).Take(3).Select(pair => new WantedVotes(pair.Id, 1 + random.Next(Most + 1)))],
                },
                default);
        }
    }

    private async Task JudgeAsync(ILedgerShardGrain shard, PairRecord[] gold, int annotator)
    {
        var random = new Random(annotator);
        var id = annotator * 1_000_000;
        var wishes = new Queue<PairRecord>([.. gold.OrderBy(_ => random.Next()), .. gold.OrderBy(_ => random.Next())]);
        for (var empty = 0; empty < 3 || wishes.Count > 0;)
        {
            var probe = wishes.Count > 0 && random.Next(3) == 0;
            var grant = probe
                ? await shard.LeaseProbesAsync(new(TestPairs.Annotator(annotator), [new(wishes.Dequeue().Id, Purpose.Gold, null)]), default)
                : await shard.LeaseAsync(new(TestPairs.Annotator(annotator), 1 + random.Next(4)), default);
            empty = probe ? empty : grant.Pairs.IsEmpty ? empty + 1 : 0;
            var results = await Task.WhenAll(grant.Pairs.Select(leased => shard.SubmitAsync(
                new() { Id = TestPairs.Judgment(++id), Pair = leased.Pair.Id, Annotator = TestPairs.Annotator(annotator), Lease = leased.Lease, Choice = ShownChoice.Left }, default)));
            Assert.All(results, result => Assert.Equal(SubmitStatus.Stored, result.Status));
            if (random.Next(40) == 0)
            {
                await Cluster.DeactivateAsync(shard);
            }
        }
    }
}
