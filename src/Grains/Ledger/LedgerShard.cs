using System.Collections.Immutable;
using System.Security.Cryptography;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>One shard with its log and its state, apart from Orleans, so that tests can crash it ten thousand times.</summary>
/// <remarks>
/// Not thread-safe; between a rule's decision and the last <see cref="Append"/> of its events nothing is awaited, so decisions see each other.
/// Methods throw <see cref="LedgerOutcomeUnknownException"/> when the store does not confirm; the owner then drops the shard and opens it again.
/// </remarks>
internal sealed partial class LedgerShard : IAsyncDisposable
{
    private const int GrowthPerSnapshot = 16;
    private readonly LedgerSource _source;
    private readonly ShardIndex _index;
    private LedgerLog _log = null!;
    private long _snapshotSeq;
    private Task _snapshot = Task.CompletedTask;

    private LedgerShard(LedgerSource source, ShardIndex index) => (_source, _index) = (source, index);

    /// <summary>Why nothing can be written any more, or null.</summary>
    public LedgerOutcomeUnknownException? Failure => _log.Failure;

    /// <summary>Told when a snapshot could not be written. Nothing is lost by it: the next start reads more events.</summary>
    public Action<Exception>? SnapshotFailed { get; set; }

    /// <summary>The log, for tests and marks.</summary>
    public LedgerLog Log => _log;

    /// <summary>Reads the newest good snapshot and the events behind it, and begins a new epoch.</summary>
    /// <exception cref="LedgerCorruptException">The ledger is damaged.</exception>
    public static async Task<LedgerShard> OpenAsync(LedgerSource source, CancellationToken cancellationToken)
    {
        var (index, start) = await ShardSnapshot.LoadNewestAsync(source.Store, source.Folder, cancellationToken) ?? (new ShardIndex(), LedgerMark.Start);
        var shard = new LedgerShard(source, index) { _snapshotSeq = start.Seq };
        shard._log = await LedgerLog.OpenAsync(source, start, shard.ReplayAsync, cancellationToken);
        shard._log.Durable.State = index.Status(shard._log.LastSeq);
        shard._log.BecameDurable = shard.OnDurable;
        return shard;
    }

    public async Task<Outcome<int>> AddPairsAsync(string segment, CancellationToken cancellationToken)
    {
        if (await _source.Store.GetAsync(segment, cancellationToken) is not { } blob)
        {
            return new Refusal(RefusalCodes.BadRequest, $"There is no pair segment '{segment}'.");
        }

        IReadOnlyList<PairRow> rows;
        try
        {
            rows = PairRow.ReadAll(blob.Bytes);
        }
        catch (FormatException malformed)
        {
            return new Refusal(RefusalCodes.BadRequest, $"'{segment}': {malformed.Message}");
        }

        var added = LedgerShardRules.NewPairs(_index, rows);
        if (added == 0)
        {
            await _log.ConfirmAsync();
            return 0;
        }

        await Append(new PairsAdded(segment, Convert.ToHexStringLower(SHA256.HashData(blob.Bytes.Span)), added), rows).Durable;
        return added;
    }

    public async Task<LeaseGrant> LeaseAsync(LeaseRequest request, CancellationToken cancellationToken)
    {
        var now = _log.NextTime;
        var ids = new LeaseId[Math.Clamp(request.Count, 1, LedgerShardRules.MaxGrant)];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = new("le_" + Ulid.New(LedgerTime.To(now)));
        }

        if (request.Apart)
        {
            return LedgerShardRules.LeaseApart(_index, request, ids, now) is { } apart ? await GrantAsync(apart, new(), cancellationToken) : new();
        }

        var decision = LedgerShardRules.Lease(_index, request, ids, now);
        var view = new LeaseGrant { Left = decision.Left, HeldByOthers = decision.HeldByOthers, NextLapse = decision.NextLapse is { } lapse ? LedgerTime.To(lapse) : null };
        return decision.Granted is { } granted ? await GrantAsync(granted, view, cancellationToken) : view;
    }

    /// <summary>Leases certain pairs beside their slots.</summary>
    public async Task<LeaseGrant> LeaseProbesAsync(ProbeRequest request, CancellationToken cancellationToken)
    {
        var now = _log.NextTime;
        var leases = LedgerShardRules.Probes(_index, request, now).Select(wish =>
        {
            var lease = DrawLease(now, wish.Order);
            return new GrantedLease(lease, wish.Pair, lease.Order) { Purpose = wish.Purpose, Probe = 1 };
        }).ToImmutableArray();
        return leases.IsEmpty ? new() : await GrantAsync(new(request.Annotator, request.Minutes, leases), new(), cancellationToken);
    }

    /// <summary>Takes a published order of leasing in; changed numbers of wanted votes are an event.</summary>
    public async Task PublishAsync(LeasePriorities priorities)
    {
        if (LedgerShardRules.Want(_index, priorities.Wanted) is { } wanted)
        {
            await Append(wanted).Durable;
        }

        _index.Publish(priorities);
    }

    public async Task<int> ReleaseAsync(AnnotatorId annotator)
    {
        if (LedgerShardRules.Release(_index, annotator, _log.NextTime) is not { } released)
        {
            return 0;
        }

        await Append(released).Durable;
        return released.Leases.Length;
    }

    public async Task<SubmitResult> SubmitAsync(SubmitJudgment judgment)
    {
        var decision = LedgerShardRules.Submit(_index, judgment, _log.NextTime);
        if (decision.Refusal is { } refusal)
        {
            await _log.ConfirmAsync();
            return new(SubmitStatus.Refused, false, refusal);
        }

        if (decision.Judgment is null)
        {
            // Stored before, perhaps in the batch that is being written right now, or an undo of nothing.
            await _log.ConfirmAsync();
            return new(SubmitStatus.Stored, decision.Counted, null);
        }

        if (decision.Revoked is { } revoked)
        {
            Append(revoked);
        }

        var batch = Append(decision.Judgment);
        batch = decision.Review is { } review ? Append(review) : batch;
        await batch.Durable;
        return new(SubmitStatus.Stored, decision.Counted, null);
    }

    public async Task<int> ClosePairsAsync(string reason, ImmutableArray<PairId> pairs)
    {
        var decision = LedgerShardRules.Close(_index, reason, pairs);
        if (decision.Refusal is { } refusal)
        {
            throw new ArgumentException(refusal.Detail, nameof(pairs));
        }

        if (decision.Value is not { } closed)
        {
            await _log.ConfirmAsync();
            return 0;
        }

        await Append(closed).Durable;
        return closed.Pairs.Length;
    }

    /// <summary>Counts as of the last durable event. Leases lapse as time passes, so they are counted now.</summary>
    public ShardStatus Status()
    {
        _index.Lapse(_log.NextTime);
        return ((ShardStatus)_log.Durable.State!) with { Head = Convert.ToHexStringLower(_log.Durable.Head), Leased = _index.AllActiveLeases.Count() };
    }

    public async Task<PairView?> PairAsync(PairId id, CancellationToken cancellationToken)
    {
        var pair = PairId.TryParse(id.Value, out _) ? _index.TryFindPair(id) : ShardIndex.None;
        return pair == ShardIndex.None ? null : await ViewAsync(pair, cancellationToken);
    }

    /// <summary>A page of pairs; what it shows is durable.</summary>
    public async Task<ShardPage<PairItem>> ListPairsAsync(PairFilter filter, long from, int count, CancellationToken cancellationToken)
    {
        var page = await LedgerShardLists.PairsAsync(_index, filter, from, count, cancellationToken);
        await _log.ConfirmAsync();
        return page;
    }

    /// <summary>A page of judgments, newest first; what it shows is durable.</summary>
    public async Task<ShardPage<JudgmentItem>> ListJudgmentsAsync(JudgmentFilter filter, long before, int count, CancellationToken cancellationToken)
    {
        var page = await LedgerShardLists.JudgmentsAsync(_index, filter, before, count, cancellationToken);
        await _log.ConfirmAsync();
        return page;
    }

    public async Task<ImmutableArray<PairView>> HeadToHeadAsync(string round, CancellationToken cancellationToken)
    {
        var views = ImmutableArray.CreateBuilder<PairView>();
        foreach (var some in _index.HeadToHeadOf(round).ToArray().Chunk(32))
        {
            views.AddRange(await Task.WhenAll(some.Select(pair => ViewAsync(pair, cancellationToken))));
        }

        return views.DrainToImmutable();
    }

    /// <summary>Waits until nothing is being written. Nothing is enqueued after it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _log.DisposeAsync();
        await _snapshot;
    }

    /// <summary>Writes a snapshot of everything enqueued so far as soon as that is durable.</summary>
    public async Task SnapshotAsync(CancellationToken cancellationToken)
    {
        var seq = _snapshotSeq = _log.LastSeq;
        var mark = _log.MarkAsync();
        var state = _index.Hold();
        try
        {
            await ShardSnapshot.SaveAsync(_source.Store, _source.Folder, state, await mark, cancellationToken);
            _snapshotSeq = seq;
        }
        finally
        {
            _index.LetGo();
        }
    }

    private async Task<LeaseGrant> GrantAsync(LeaseGranted granted, LeaseGrant view, CancellationToken cancellationToken)
    {
        var batch = Append(granted);
        var expires = LedgerTime.To(_log.LastTime).AddMinutes(granted.Minutes);
        var records = await Task.WhenAll(granted.Leases.Select(lease => ReadRecordAsync(_index.TryFindPair(lease.Pair), cancellationToken)));
        await batch.Durable;
        return view with { Pairs = [.. granted.Leases.Zip(records, (lease, record) => new LeasedPair(lease.Lease, record, lease.Order, expires))] };
    }

    /// <summary>A fresh lease id; where an order is wished, the first of random ids that falls on it.</summary>
    private static LeaseId DrawLease(long now, ShownOrder? order)
    {
        while (true)
        {
            var lease = new LeaseId("le_" + Ulid.New(LedgerTime.To(now)));
            if (order is null || lease.Order == order)
            {
                return lease;
            }
        }
    }

    private async Task<PairView> ViewAsync(int pair, CancellationToken cancellationToken)
    {
        var (judgments, isOpen, inReview) = (_index.JudgmentsAt(pair, _log.Durable.LastSeq), _index.Pair(pair).IsOpen, _index.Pair(pair).InReview);
        return new PairView(await ReadRecordAsync(pair, cancellationToken), judgments, isOpen, inReview);
    }

    private async Task<PairRecord> ReadRecordAsync(int pair, CancellationToken cancellationToken)
    {
        var (segment, offset, length) = _index.RowOf(pair);
        var row = await _source.Store.GetRangeAsync(segment, offset, length, cancellationToken)
            ?? throw new InvalidDataException($"Pair segment '{segment}' is gone, and the ledger names it. Restore it from a copy.");
        return PairSegment.Parse(row.Span);
    }

    private LedgerBatch Append(LedgerEvent happened, IReadOnlyList<PairRow>? rows = null)
    {
        var batch = _log.Enqueue(happened);
        _index.Apply(happened, _log.LastSeq, _log.LastTime, rows);
        batch.State = _index.Status(_log.LastSeq);
        return batch;
    }

    private async ValueTask ReplayAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        IReadOnlyList<PairRow>? rows = null;
        if (entry.Event is PairsAdded added)
        {
            var blob = await _source.Store.GetAsync(added.Segment, cancellationToken);
            if (blob is null || Convert.ToHexStringLower(SHA256.HashData(blob.Bytes.Span)) != added.Sha256)
            {
                throw new LedgerCorruptException(added.Segment, 0, entry.Seq, blob is null ? "the pair segment is gone." : "the pair segment's hash is not the one in the ledger.");
            }

            rows = PairRow.ReadAll(blob.Bytes);
        }

        _index.Apply(entry.Event, entry.Seq, LedgerTime.From(entry.Time), rows);
    }

    private void OnDurable(LedgerBatch batch)
    {
        // The larger the state, the rarer its snapshots: their cost per event stays the same.
        if (batch.LastSeq - _snapshotSeq >= Math.Max(_source.Options.SnapshotEvents, _index.Entries / GrowthPerSnapshot) && _snapshot.IsCompleted)
        {
            _snapshot = TrySnapshotAsync();
        }
    }

    /// <summary>A snapshot only saves time at the next start; one that fails is tried again after as many events.</summary>
    private async Task TrySnapshotAsync()
    {
        try
        {
            await SnapshotAsync(CancellationToken.None);
        }
        catch (Exception failure)
        {
            _snapshotSeq = _log.LastSeq;
            SnapshotFailed?.Invoke(failure);
        }
    }
}
