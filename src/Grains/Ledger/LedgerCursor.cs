using System.Runtime.CompilerServices;
using System.Text.Json;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>Walks a shard event by event and verifies the chain. It stands behind the last intact event and can go on when more has come.</summary>
internal sealed class LedgerCursor(IBlobStore store, LedgerFolder folder, LedgerMark start)
{
    // Below the size from which the collector keeps arrays apart and lets them lie until a whole collection.
    private const int Chunk = 1 << 16;
    private readonly byte[] _head = [.. start.Head];
    private readonly byte[] _hash = new byte[LedgerCodec.HashBytes];
    private long _time = start.Time;
    private long _epoch = start.Epoch;

    /// <summary>Segment the cursor is in.</summary>
    public int Segment { get; private set; } = start.Segment;

    /// <summary>Byte behind the last intact event.</summary>
    public long Position { get; private set; } = start.Position;

    /// <summary>Last event.</summary>
    public long Seq { get; private set; } = start.Seq;

    /// <summary>Bytes behind <see cref="Position"/> that are no intact events; known after a walk to the end.</summary>
    public long TornBytes { get; private set; }

    /// <summary>The segments as of the last walk.</summary>
    public LedgerSegments? Segments { get; private set; }

    /// <summary>Appends seen in the current segment.</summary>
    public int Appends { get; private set; }

    /// <summary>Where the cursor stands.</summary>
    public LedgerMark Mark => new(Segment, Position, Seq, _time, _epoch, [.. _head]);

    /// <summary>All events from here to the end of the ledger.</summary>
    /// <exception cref="LedgerCorruptException">Bytes that were durable are missing or changed.</exception>
    public async IAsyncEnumerable<LedgerEntry> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var segments = Segments = await LedgerSegments.LoadAsync(store, folder, Segment, cancellationToken);
        while (true)
        {
            var next = segments.After(Segment);
            if (Segment > 0)
            {
                await foreach (var entry in ReadSegmentAsync(next?.Header.Length, cancellationToken))
                {
                    yield return entry;
                }
            }

            if (next is not { } following)
            {
                break;
            }

            if (following.Header.Seq != Seq || !following.Header.Head.AsSpan().SequenceEqual(_head))
            {
                throw Corrupt($"segment {following.Header.Segment} continues event {following.Header.Seq} with another hash.");
            }

            (Segment, Position, Appends) = (following.Header.Segment, following.Length, 0);
        }

        await CheckUnreachedAsync(segments, cancellationToken);
    }

    private async IAsyncEnumerable<LedgerEntry> ReadSegmentAsync(long? end, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var blob = folder.Segment(Segment);
        byte[] buffer = [];
        var (filled, readTo) = (0, Position);
        TornBytes = 0;
        if (Position > 0 && ((await store.StatAsync(blob, cancellationToken))?.Length ?? 0) < Position)
        {
            throw Corrupt("the blob ends before an event that was durable.");
        }

        while (true)
        {
            var wish = (int)Math.Min(Chunk, (end ?? long.MaxValue) - readTo);
            if (filled + wish > buffer.Length)
            {
                Array.Resize(ref buffer, 2 * (filled + wish));
            }

            var read = wish > 0 ? await store.ReadAsync(blob, readTo, buffer.AsMemory(filled, wish), cancellationToken) ?? 0 : 0;
            filled += read;
            readTo += read;
            var used = 0;
            for (int length; (length = buffer.AsSpan(used..filled).IndexOf((byte)'\n')) >= 0; used += length + 1)
            {
                if (TryTake(buffer.AsMemory(used, length)) is not { } entry)
                {
                    await EndAtAsync(end, blob, cancellationToken);
                    yield break;
                }

                Position += length + 1;
                yield return entry;
            }

            buffer.AsSpan(used..filled).CopyTo(buffer);
            filled -= used;
            if (read == 0)
            {
                if (filled > 0 || Position < end)
                {
                    await EndAtAsync(end, blob, cancellationToken);
                }

                yield break;
            }
        }
    }

    /// <summary>The line's event when it is intact and next in the chain.</summary>
    private LedgerEntry? TryTake(ReadOnlyMemory<byte> line)
    {
        if (!LedgerCodec.IsIntact(line.Span, _hash) || !LedgerCodec.Follows(line.Span, _head))
        {
            return null;
        }

        LedgerEntry entry;
        try
        {
            entry = LedgerCodec.Decode(line);
        }
        catch (Exception malformed) when (malformed is FormatException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw Corrupt($"its hash is right but it cannot be read ({malformed.Message}).");
        }

        if (entry.Seq != Seq + 1)
        {
            return null;
        }

        Seq = entry.Seq;
        Appends += entry.Append == entry.Seq ? 1 : 0;
        _time = LedgerTime.From(entry.Time);
        _epoch = entry.Event is EpochBegun epoch ? epoch.Epoch : _epoch;
        _hash.CopyTo(_head, 0);
        return entry;
    }

    /// <summary>Decides whether unreadable bytes are what a crash left of the last append, or damage.</summary>
    private async Task EndAtAsync(long? end, string blob, CancellationToken cancellationToken)
    {
        if (end is not null)
        {
            throw Corrupt("the line is not the event that was written there.");
        }

        var rest = await ReadRestAsync(blob, Position, cancellationToken);
        if (HasLaterAppend(rest.Span))
        {
            throw Corrupt("the line is not the event that was written there, and later appends follow it.");
        }

        TornBytes = rest.Length;
    }

    private async Task CheckUnreachedAsync(LedgerSegments segments, CancellationToken cancellationToken)
    {
        foreach (var (number, found) in segments.Intact)
        {
            if (number > Segment)
            {
                throw new LedgerCorruptException(folder.Segment(number), 0, found.Header.Seq + 1, $"it continues segment {found.Header.Previous}, which is not its predecessor.");
            }
        }

        foreach (var blob in segments.Void)
        {
            folder.TrySegment(blob.Name, out var number);
            if (number < Segment && segments.Intact.Values.All(found => found.Header.Previous != number))
            {
                continue;
            }

            if (number <= Segment || HasLaterAppend((await ReadRestAsync(blob.Name, 0, cancellationToken)).Span))
            {
                throw new LedgerCorruptException(blob.Name, 0, Seq + 1, "its header line is damaged.");
            }
        }
    }

    private async Task<ReadOnlyMemory<byte>> ReadRestAsync(string blob, long position, CancellationToken cancellationToken)
    {
        var info = await store.StatAsync(blob, cancellationToken);
        var length = Math.Max(0, (info?.Length ?? 0) - position);
        return await store.GetRangeAsync(blob, position, checked((int)length), cancellationToken) ?? default;
    }

    /// <summary>True when an intact line belongs to an append that began behind the expected event: then what is missing here was durable once.</summary>
    private bool HasLaterAppend(ReadOnlySpan<byte> rest)
    {
        foreach (var range in rest.Split((byte)'\n'))
        {
            var line = rest[range];
            if (LedgerCodec.IsIntact(line, _hash))
            {
                using var document = JsonDocument.Parse(line.ToArray());
                if (document.RootElement.TryGetProperty("b"u8, out var append) && append.GetInt64() > Seq + 1)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private LedgerCorruptException Corrupt(string problem) => new(folder.Segment(Math.Max(1, Segment)), Position, Seq + 1, problem);
}
