using System.Collections.Immutable;
using Orleans.Concurrency;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>The single writer of one shard of a project's ledger. Key: <c>{project}/{shard}</c> with shard 0 … S−1.</summary>
/// <remarks>All methods interleave: each validates synchronously against durable and pending state, enqueues, and awaits its batch.</remarks>
[Alias("orleans.dpo.ledger-shard")]
public interface ILedgerShardGrain : IGrainWithStringKey
{
    /// <summary>Makes the rows of one pair segment (<c>projects/p/pairs/shard/segment.jsonl</c>) known. Known pairs are skipped, so a repeat adds nothing.</summary>
    /// <returns>How many pairs were new.</returns>
    [AlwaysInterleave, Alias("add-pairs")]
    Task<Outcome<int>> AddPairsAsync(string segmentBlob, CancellationToken cancellationToken);

    /// <summary>Leases up to <see cref="LeaseRequest.Count"/> (1 to 4) pairs to one annotator in one event.</summary>
    [AlwaysInterleave, Alias("lease")]
    Task<LeaseGrant> LeaseAsync(LeaseRequest request, CancellationToken cancellationToken);

    /// <summary>Leases certain pairs to one annotator beside their slots: gold, repeats, adjudication. Such a judgment never fills a slot.</summary>
    [AlwaysInterleave, Alias("lease-probes")]
    Task<LeaseGrant> LeaseProbesAsync(ProbeRequest request, CancellationToken cancellationToken);

    /// <summary>Takes the order of leasing of the agreement service in, and how many votes pairs want.</summary>
    [AlwaysInterleave, Alias("publish")]
    Task PublishAsync(LeasePriorities priorities, CancellationToken cancellationToken);

    /// <summary>Gives back every lease the annotator holds here.</summary>
    [AlwaysInterleave, Alias("release")]
    Task<int> ReleaseAsync(AnnotatorId annotator, CancellationToken cancellationToken);

    /// <summary>Records one judgment.</summary>
    [AlwaysInterleave, Alias("submit")]
    Task<SubmitResult> SubmitAsync(SubmitJudgment judgment, CancellationToken cancellationToken);

    /// <summary>
    /// Ends the wish for votes of the listed pairs, or, when none is listed, of the head-to-head pairs whose origin is <paramref name="reason"/>
    /// (a round): open slots close, leases lapse. A judgment that still arrives is kept as surplus.
    /// </summary>
    /// <returns>How many pairs were open until now.</returns>
    [AlwaysInterleave, Alias("close-pairs")]
    Task<int> ClosePairsAsync(string reason, ImmutableArray<PairId> pairs, CancellationToken cancellationToken);

    /// <summary>Live judgments that a search names.</summary>
    [AlwaysInterleave, Alias("find-judgments")]
    Task<ImmutableArray<FoundJudgment>> FindJudgmentsAsync(JudgmentSearch search, CancellationToken cancellationToken);

    /// <summary>Takes judgments out: they are live no more and their slots are free. A repeat takes out only what is left.</summary>
    /// <returns>How many were live until now.</returns>
    [AlwaysInterleave, Alias("retract")]
    Task<int> RetractAsync(RetractJudgments command, CancellationToken cancellationToken);

    /// <summary>Makes retracted judgments live again.</summary>
    /// <returns>How many were retracted until now.</returns>
    [AlwaysInterleave, Alias("reinstate")]
    Task<int> ReinstateAsync(RetractJudgments command, CancellationToken cancellationToken);

    /// <summary>Durable counts and the position readers may read to.</summary>
    [AlwaysInterleave, Alias("status")]
    Task<ShardStatus> GetStatusAsync(CancellationToken cancellationToken);

    /// <summary>One pair with its live judgments, or null.</summary>
    [AlwaysInterleave, Alias("pair")]
    Task<PairView?> GetPairAsync(PairId pair, CancellationToken cancellationToken);

    /// <summary>Pairs that fit a filter, in order of arrival from number <paramref name="from"/> on.</summary>
    [AlwaysInterleave, Alias("list-pairs")]
    Task<ShardPage<PairItem>> ListPairsAsync(PairFilter filter, long from, int count, CancellationToken cancellationToken);

    /// <summary>Judgments that fit a filter and were stored before a time (Unix microseconds), newest first.</summary>
    [AlwaysInterleave, Alias("list-judgments")]
    Task<ShardPage<JudgmentItem>> ListJudgmentsAsync(JudgmentFilter filter, long before, int count, CancellationToken cancellationToken);

    /// <summary>Live judgments of the pairs of one round's head-to-head.</summary>
    [AlwaysInterleave, Alias("head-to-head")]
    Task<ImmutableArray<PairView>> GetHeadToHeadAsync(string round, CancellationToken cancellationToken);
}

/// <summary>A wish for pairs.</summary>
/// <param name="Annotator">Who.</param>
/// <param name="Count">1 to 4.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.lease-request")]
public sealed record LeaseRequest(AnnotatorId Annotator, int Count)
{
    /// <summary>Minutes a lease lives without activity, the project's setting; 1 to 1440.</summary>
    [Id(2)] public int Minutes { get; init; } = 30;

    /// <summary>For a model whose judgments are kept apart: beside the slots, whatever people still want.</summary>
    [Id(3)] public bool Apart { get; init; }

    /// <summary>Rankings instead of pairs.</summary>
    [Id(4)] public bool Rankings { get; init; }
}

/// <summary>What was leased. Empty: nothing here for this annotator now.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.lease-grant")]
public sealed record LeaseGrant
{
    /// <summary>The leased pairs, at most as many as wished.</summary>
    [Id(0)] public ImmutableArray<LeasedPair> Pairs { get; init; } = [];

    /// <summary>At most so many pairs here with a free slot for this annotator were not given, up to 1,000; exact when they are few.</summary>
    [Id(1)] public int Left { get; init; }

    /// <summary>Pairs here whose open slots are all leased to others; when the first lapses is <see cref="NextLapse"/>.</summary>
    [Id(2)] public int HeldByOthers { get; init; }

    /// <summary>When the first lease held by others lapses.</summary>
    [Id(3)] public DateTimeOffset? NextLapse { get; init; }

    /// <summary>Set instead of pairs when the store did not answer.</summary>
    [Id(4)] public Refusal? Refusal { get; init; }
}

/// <summary>One leased pair; texts are read by whoever shows them.</summary>
/// <param name="Lease">The lease.</param>
/// <param name="Pair">The pair's record.</param>
/// <param name="Order">Which response is on the left; drawn by the shard and part of the event.</param>
/// <param name="Expires">When it lapses unless renewed by activity.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.leased-pair")]
public sealed record LeasedPair(LeaseId Lease, PairRecord Pair, ShownOrder Order, DateTimeOffset Expires);

/// <summary>Durable view of a shard.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.shard-status")]
public sealed record ShardStatus
{
    /// <summary>Sequence number of the last durable event.</summary>
    [Id(0)] public long Seq { get; init; }

    /// <summary>Hash of the last durable event.</summary>
    [Id(1)] public string Head { get; init; } = "";

    /// <summary>Pairs known.</summary>
    [Id(2)] public int Pairs { get; init; }

    /// <summary>Live counted votes of purpose vote.</summary>
    [Id(3)] public int CountedVotes { get; init; }

    /// <summary>Live head-to-head judgments by round.</summary>
    [Id(4)] public ImmutableDictionary<string, int> HeadToHead { get; init; } = ImmutableDictionary<string, int>.Empty;

    /// <summary>Vote slots still open (overlap minus counted votes over all open pairs of purpose vote).</summary>
    [Id(5)] public int OpenVoteSlots { get; init; }

    /// <summary>Leases that have not lapsed.</summary>
    [Id(6)] public int Leased { get; init; }

    /// <summary>Pairs with three skips or a report that wait for review.</summary>
    [Id(7)] public int InReview { get; init; }

    /// <summary>Open vote slots by the pair's origin (generation or import name), so that the loop knows when a generation is used up.</summary>
    [Id(8)] public ImmutableDictionary<string, int> OpenByOrigin { get; init; } = ImmutableDictionary<string, int>.Empty;

    /// <summary>Live counted judgments of rankings; in no other count, so that triggers by votes stay what they say.</summary>
    [Id(9)] public int CountedRankings { get; init; }

    /// <summary>Slots of rankings still open.</summary>
    [Id(10)] public int OpenRankingSlots { get; init; }
}
