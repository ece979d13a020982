using System.Globalization;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Grains.Tests.Ledger;

/// <summary>A shard's state and rules without log or grain: decisions are applied as they fall.</summary>
internal sealed class ShardStory
{
    public static readonly DateTimeOffset Noon = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<(AnnotatorId Annotator, PairId Pair), LeaseId> _leases = [];
    private long _seq;
    private long _last;
    private long _lease;

    public ShardStory(params PairRecord[] pairs)
    {
        var rows = pairs.Select(pair => new PairRow(pair, 0, 0)).ToArray();
        Apply(new PairsAdded("projects/p/pairs/0/1.jsonl", new string('0', 64), pairs.Length), rows);
    }

    public ShardIndex Index { get; private set; } = new();

    public List<LedgerEvent> Events { get; } = [];

    public DateTimeOffset Now { get; set; } = Noon;

    public ShardStatus Status => Index.Status(_seq);

    public LeaseDecision Lease(int annotator, int count = 1, bool rankings = false)
    {
        var ids = Enumerable.Range(0, count).Select(_ => new LeaseId("le_" + Formats.Ulid.FromBits((UInt128)(ulong)++_lease))).ToArray();
        var decision = LedgerShardRules.Lease(Index, new(TestPairs.Annotator(annotator), count) { Rankings = rankings }, ids, Time());
        if (decision.Granted is { } granted)
        {
            Apply(granted);
            foreach (var lease in granted.Leases)
            {
                _leases[(granted.Annotator, lease.Pair)] = lease.Lease;
            }
        }

        return decision;
    }

    public LeaseId? Probe(int annotator, ProbeWish wish)
    {
        if (LedgerShardRules.Probes(Index, new(TestPairs.Annotator(annotator), [wish]), Time()).Count == 0)
        {
            return null;
        }

        var lease = new LeaseId("le_" + Formats.Ulid.FromBits((UInt128)(ulong)++_lease));
        Apply(new LeaseGranted(TestPairs.Annotator(annotator), 30, [new(lease, wish.Pair, lease.Order) { Purpose = wish.Purpose, Probe = 1 }]));
        return _leases[(TestPairs.Annotator(annotator), wish.Pair)] = lease;
    }

    public PairId[] LeasedPairs(int annotator, int count = 4) => [.. Lease(annotator, count).Granted?.Leases.Select(lease => lease.Pair) ?? []];

    public SubmitDecision Submit(SubmitJudgment command)
    {
        var decision = LedgerShardRules.Submit(Index, command, Time());
        foreach (var happened in new LedgerEvent?[] { decision.Revoked, decision.Judgment, decision.Review })
        {
            if (happened is not null)
            {
                Apply(happened);
            }
        }

        return decision;
    }

    public SubmitDecision Submit(long id, PairRecord pair, int annotator, ShownChoice choice = ShownChoice.Left, long? supersedes = null) =>
        Submit(Command(id, pair, annotator, choice, supersedes));

    public SubmitJudgment Command(long id, PairRecord pair, int annotator, ShownChoice choice = ShownChoice.Left, long? supersedes = null) => new()
    {
        Id = TestPairs.Judgment(id),
        Pair = pair.Id,
        Annotator = TestPairs.Annotator(annotator),
        Lease = _leases.GetValueOrDefault((TestPairs.Annotator(annotator), pair.Id), new LeaseId("le_" + Formats.Ulid.FromBits(0))),
        Choice = choice,
        Supersedes = supersedes is { } old ? TestPairs.Judgment(old) : null,
    };

    public void Apply(LedgerEvent happened, IReadOnlyList<PairRow>? rows = null)
    {
        _last = Time();
        Index.Apply(happened, ++_seq, _last, rows);
        Events.Add(happened);
    }

    /// <summary>The state as a snapshot would bring it back.</summary>
    public void Reload()
    {
        using var stream = new MemoryStream();
        foreach (var piece in Index.Hold())
        {
            stream.Write(piece.Span);
        }

        stream.Position = 0;
        Index = new ShardIndex();
        var loading = Index.LoadAsync((piece, _) =>
        {
            stream.ReadExactly(piece.Span);
            return ValueTask.CompletedTask;
        }, default);
        Assert.True(loading.IsCompletedSuccessfully);
        Index.Finish();
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{_seq} events");

    private long Time() => Math.Max(_last + 1, LedgerTime.From(Now));
}
