using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Prompts;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>The frames of one bucket in blocks of a pool. Rows are made of them one by one, in the order of ids, so only frames are held. Closed, it can be the next bucket.</summary>
internal sealed class SourceBucket(BlockPool pool, long[] limits, Action<SourceBucket> closed) : IDisposable
{
    private readonly List<byte[]> _blocks = [];
    private readonly List<Keyed> _pairs = [];
    private readonly List<Keyed> _events = [];
    private readonly HashSet<JudgmentId> _dead = [];
    private RetractedJudgments _retractions = new();
    private int _used = BlockPool.BlockBytes;

    /// <summary>It has no pair.</summary>
    public bool IsEmpty => _pairs.Count is 0;

    /// <summary>Reads the bucket's part of a run.</summary>
    /// <exception cref="InvalidDataException">The run is missing or cut short.</exception>
    public async Task AddAsync(IBlobStore runs, SourceRun run, int bucket, CancellationToken cancellationToken)
    {
        var from = bucket is 0 ? 0 : run.Ends[bucket - 1];
        var length = (int)(run.Ends[bucket] - from);
        if (length > 0)
        {
            var slice = Room(length);
            if (await runs.ReadAsync(run.Blob, from, slice, cancellationToken) != length)
            {
                throw new InvalidDataException($"{run.Blob} is missing or cut short.");
            }

            SourceFrames.Read(slice, limits, Take);
        }
    }

    /// <summary>The rows. The frames are sorted by it.</summary>
    /// <param name="shards">The shards by number.</param>
    /// <param name="since">Beginning of the window by number of shard.</param>
    /// <param name="rankings">What becomes of rankings.</param>
    public IEnumerable<SourceRow> Rows(IReadOnlyList<SourceMark> shards, long[] since, string rankings)
    {
        _pairs.Sort();
        _events.Sort();
        var spread = rankings is "none" ? [] : Each(isRanking: true).SelectMany(row => RankedPairs.With(row, rankings)).OrderBy(row => row.Source.Pair.Id).ToArray();
        var next = 0;
        foreach (var row in Each(isRanking: rankings is "none" ? null : false))
        {
            for (; next < spread.Length && spread[next].Source.Pair.Id.CompareTo(row.Source.Pair.Id) < 0; next++)
            {
                yield return spread[next];
            }

            yield return row;
        }

        for (; next < spread.Length; next++)
        {
            yield return spread[next];
        }

        IEnumerable<SourceRow> Each(bool? isRanking)
        {
            var at = 0;
            for (var i = 0; i < _pairs.Count; i++)
            {
                var pair = _pairs[i];

                // The first event that brought a pair is the one that counts.
                if ((i > 0 && _pairs[i - 1].IsOf(pair)) || pair.IsRanking == !(isRanking ?? pair.IsRanking))
                {
                    continue;
                }

                for (; at < _events.Count && _events[at].IsBefore(pair); at++)
                {
                }

                yield return Row(pair, at, since[pair.Frame.Shard], shards[pair.Frame.Shard].Shard);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _blocks.ForEach(pool.Return);
        _blocks.Clear();
        _pairs.Clear();
        _events.Clear();
        _dead.Clear();
        (_retractions, _used) = (new(), BlockPool.BlockBytes);
        closed(this);
    }

    private Memory<byte> Room(int length)
    {
        if (length > BlockPool.BlockBytes)
        {
            return GC.AllocateUninitializedArray<byte>(length);
        }

        if (_used + length > BlockPool.BlockBytes)
        {
            _blocks.Add(pool.Rent());
            _used = 0;
        }

        _used += length;
        return _blocks[^1].AsMemory(_used - length, length);
    }

    private void Take(SourceFrame frame)
    {
        if (frame.IsPair)
        {
            var (key, isRanking) = KeyOf(SourceFrames.IdOf(frame.Body.Span[4..], "id"u8));
            _pairs.Add(new(isRanking, key, _pairs.Count, frame));
            return;
        }

        var (of, isOfRanking) = KeyOf(SourceFrames.IdOf(frame.Body.Span, "pair"u8));
        if (SourceFrames.IsPlainJudgment(frame.Body.Span))
        {
            _events.Add(new(isOfRanking, of, _events.Count, frame));
            return;
        }

        var happened = SourceFrames.Event(frame.Body).Event;
        if (happened is JudgmentRecorded)
        {
            _events.Add(new(isOfRanking, of, _events.Count, frame));
        }

        _retractions.Take(frame.Seq, happened);
        if (SourceFrames.Ended(happened) is { } ended)
        {
            _dead.Add(ended);
        }
    }

    private SourceRow Row(Keyed of, int at, long since, string shard)
    {
        var lines = SourceFrames.Lines(of.Frame.Body);
        var judgments = ImmutableArray.CreateBuilder<SourceJudgment>();
        for (; at < _events.Count && _events[at].IsOf(of); at++)
        {
            var frame = _events[at].Frame;
            if (frame.Shard == of.Frame.Shard)
            {
                var (time, happened) = SourceFrames.Event(frame.Body);
                var said = (JudgmentRecorded)happened;
                judgments.Add(new(frame.Seq, time, _retractions.AsCounted(said), !_dead.Contains(said.Id) && !_retractions.IsOut(said.Id)));
            }
        }

        var texts = PairTexts.Of(PromptRow.Parse(lines[1]), ResponseRow.Parse(lines[2]), ResponseRow.Parse(lines[3]));
        return new(
            new(PairSegment.Parse(lines[0].Span), judgments.DrainToImmutable(), since, shard),
            lines.Length > 4 ? texts with { More = [.. lines[4..].Select(line => ResponseRow.Parse(line))] } : texts);
    }

    private static (UInt128 Key, bool IsRanking) KeyOf(ReadOnlySpan<byte> id) =>
        id.Length is 35 && (id.StartsWith("pa_"u8) || id.StartsWith("rk_"u8)) && UInt128.TryParse(id[3..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var key)
            ? (key, id[0] is (byte)'r') : throw new JsonException("A frame of the index names no pair.");

    /// <summary>A frame in the order of ids (pairs are before rankings), then of events, then of runs.</summary>
    private readonly record struct Keyed(bool IsRanking, UInt128 Key, int Number, SourceFrame Frame) : IComparable<Keyed>
    {
        public bool IsOf(in Keyed other) => Key == other.Key && IsRanking == other.IsRanking;

        public bool IsBefore(in Keyed other) => IsRanking == other.IsRanking ? Key < other.Key : other.IsRanking;

        public int CompareTo(Keyed other) => IsBefore(other) ? -1 : !IsOf(other) ? 1 : Frame.Seq != other.Frame.Seq ? Frame.Seq.CompareTo(other.Frame.Seq) : Number.CompareTo(other.Number);
    }
}
