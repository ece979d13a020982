using System.Buffers;
using System.Text.Json;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>The writer of one shard: fences whoever wrote before, then appends batches, each durable before its waiters hear of it.</summary>
/// <remarks>
/// Not thread-safe: one turn at a time. <see cref="Enqueue"/> fixes an event's place at once; one flush loop writes what has gathered.
/// After a refused or unknown append nothing is written any more: all waiters fail with <see cref="LedgerOutcomeUnknownException"/> and the owner goes away.
/// </remarks>
internal sealed class LedgerLog : IAsyncDisposable
{
    private readonly IBlobStore _store;
    private readonly LedgerFolder _folder;
    private readonly LedgerOptions _options;
    private readonly TimeProvider _time;
    private readonly Utf8JsonWriter _writer = new(Stream.Null, LedgerCodec.WriterOptions);
    private readonly Queue<LedgerBatch> _waiting = new();
    private readonly byte[] _head = new byte[LedgerCodec.HashBytes];
    private ArrayBufferWriter<byte>? _spare;
    private LedgerBatch? _open;
    private LedgerBatch? _last;
    private Task _flush = Task.CompletedTask;
    private int _segment;
    private long _position;
    private int _appends;
    private long _told;
    private long _toldAt;

    private LedgerLog(IBlobStore store, LedgerFolder folder, LedgerOptions options, TimeProvider time) =>
        (_store, _folder, _options, _time, Durable) = (store, folder, options, time, new LedgerBatch(new(), 0));

    /// <summary>Last event enqueued.</summary>
    public long LastSeq { get; private set; }

    /// <summary>Its time, Unix microseconds.</summary>
    public long LastTime { get; private set; }

    /// <summary>The epoch this writer began.</summary>
    public long Epoch { get; private set; }

    /// <summary>The last batch known to be durable.</summary>
    public LedgerBatch Durable { get; private set; }

    /// <summary>Why nothing is written any more, or null.</summary>
    public LedgerOutcomeUnknownException? Failure { get; private set; }

    /// <summary>Called in the flush loop after a batch became durable and before its waiters continue.</summary>
    public Action<LedgerBatch>? BecameDurable { get; set; }

    /// <summary>
    /// The time the next event will have: one microsecond after the last one, or now. When the clock goes back it goes on from where it was at the pace of time:
    /// decisions have been made by it, and leases lapse when they should.
    /// </summary>
    public long NextTime
    {
        get
        {
            var at = _time.GetTimestamp();
            var gone = _told == 0 ? 0 : Math.Max(0, (long)_time.GetElapsedTime(_toldAt, at).TotalMicroseconds);
            (_told, _toldAt) = (Math.Max(Math.Max(LastTime + 1, _told + gone), LedgerTime.From(_time.GetUtcNow())), at);
            return _told;
        }
    }

    /// <summary>Reads everything from <paramref name="start"/> on into <paramref name="apply"/> and begins a new epoch. The epoch is durable on return.</summary>
    /// <exception cref="LedgerCorruptException">The bytes are damaged.</exception>
    /// <exception cref="LedgerOutcomeUnknownException">The epoch could not be written, or other writers kept coming first.</exception>
    public static async Task<LedgerLog> OpenAsync(
        LedgerSource source, LedgerMark start, Func<LedgerEntry, CancellationToken, ValueTask> apply, CancellationToken cancellationToken)
    {
        var log = new LedgerLog(source.Store, source.Folder, source.Options, source.Time);
        var cursor = new LedgerCursor(source.Store, source.Folder, start);
        for (var attempt = 0; attempt < 8; attempt++)
        {
            await foreach (var entry in cursor.ReadAsync(cancellationToken))
            {
                await apply(entry, cancellationToken);
            }

            if (await log.TryBeginAsync(cursor, cancellationToken))
            {
                await apply(LedgerCodec.Decode(log.Durable.Buffer.WrittenMemory.TrimEnd((byte)'\n')), cancellationToken);
                return log;
            }
        }

        throw new LedgerOutcomeUnknownException($"Shard {source.Folder.Shard} of '{source.Folder.Project}' is being written by others.");
    }

    /// <summary>Fixes the event's place behind the last one and gives its time. It is durable when <see cref="LedgerBatch.Durable"/> of the returned batch completes.</summary>
    public LedgerBatch Enqueue(LedgerEvent written, int together = 1)
    {
        if (Failure is not null)
        {
            throw Failure;
        }

        if (_open is null || _open.Count + together > _options.BatchEvents || _open.Buffer.WrittenCount >= _options.BatchBytes)
        {
            _open = new LedgerBatch(_spare ?? new(4096), LastSeq + 1);
            _spare = null;
            _waiting.Enqueue(_last = _open);
        }

        LastTime = NextTime;
        LedgerCodec.Encode(_open.Buffer, _writer, written, new(++LastSeq, LastTime, _open.FirstSeq), _head);
        _open.Count++;
        _open.LastTime = LastTime;
        _head.CopyTo(_open.Head, 0);
        if (_flush.IsCompleted)
        {
            _flush = FlushAsync();
        }

        return _open;
    }

    /// <summary>The place behind everything enqueued, once that is durable.</summary>
    public async Task<LedgerMark> MarkAsync()
    {
        var mark = new LedgerMark(_segment, _position, LastSeq, LastTime, Epoch, [.. _head]);
        if (_last is not { Durable.IsCompletedSuccessfully: false } batch)
        {
            return mark;
        }

        var offset = batch.Buffer.WrittenCount;
        await batch.Durable;
        return mark with { Segment = batch.At.Segment, Position = batch.At.Position + offset };
    }

    /// <summary>
    /// Completes when everything enqueued is durable and this writer is known to be the only one: what it then says of the state, a refusal for
    /// instance, is not the view of a writer that was fenced without noticing.
    /// </summary>
    public async Task ConfirmAsync()
    {
        if (Failure is null && !IsWriting)
        {
            var place = (_segment, _position);
            var found = await _store.StatAsync(_folder.Segment(_segment), CancellationToken.None);

            // A batch that was enqueued or landed meanwhile decides: it lands only behind what this writer knew.
            if (!IsWriting && place == (_segment, _position) && (found is not { IsSealed: false } || found.Length != _position))
            {
                Failure = Fenced();
            }
        }

        if (Failure is not null)
        {
            throw Failure;
        }

        if (IsWriting)
        {
            await _last!.Durable;
        }
    }

    private bool IsWriting => _last is { Durable.IsCompletedSuccessfully: false };

    /// <summary>Waits until nothing is being written. Nothing may be enqueued after it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _flush;
        await _writer.DisposeAsync();
    }

    private async Task FlushAsync()
    {
        // The other calls of this turn join the first batch.
        await Task.Yield();
        while (_waiting.TryDequeue(out var batch))
        {
            _open = ReferenceEquals(_open, batch) ? null : _open;
            var began = _time.GetTimestamp();
            try
            {
                await WriteAsync(batch);
            }
            catch (Exception failure)
            {
                Poison(batch, failure);
                return;
            }

            LedgerMeters.BatchEvents.Record(batch.Count);
            LedgerMeters.AppendSeconds.Record(_time.GetElapsedTime(began).TotalSeconds);
            Durable = batch;
            BecameDurable?.Invoke(batch);
            batch.Complete();
            if (batch.Buffer.Capacity <= 2 * _options.BatchBytes)
            {
                batch.Buffer.ResetWrittenCount();
                _spare = batch.Buffer;
            }
        }
    }

    private void Poison(LedgerBatch batch, Exception failure)
    {
        Failure = failure as LedgerOutcomeUnknownException
            ?? new LedgerOutcomeUnknownException($"The store did not confirm events {batch.FirstSeq} to {batch.LastSeq} of '{_folder.Segment(_segment)}': {failure.Message}", failure);
        batch.Fail(Failure);
        foreach (var waiting in _waiting)
        {
            waiting.Fail(Failure);
        }

        _waiting.Clear();
        _open = null;
    }

    private async Task WriteAsync(LedgerBatch batch)
    {
        var bytes = batch.Buffer.WrittenMemory;
        if (_appends >= _options.SegmentAppends || _position + bytes.Length > _options.SegmentBytes)
        {
            await RollAsync(batch);
            return;
        }

        switch (await AppendAsync(_folder.Segment(_segment), _position, bytes))
        {
            case AppendOutcome.Appended:
                batch.At = (_segment, _position);
                _position += bytes.Length;
                _appends++;
                break;
            case AppendOutcome.Full:
                await RollAsync(batch);
                break;
            default:
                throw Fenced();
        }
    }

    /// <summary>Seals the segment before its successor exists, so that nobody can append to it behind the length that the successor names.</summary>
    private async Task RollAsync(LedgerBatch batch)
    {
        await _store.SealAsync(_folder.Segment(_segment), CancellationToken.None);
        if (await LengthAsync() != _position)
        {
            // Somebody else wrote here: the segment does not end where this writer thinks.
            throw Fenced();
        }

        var header = new LedgerHeader(_segment + 1, _segment, _position, Durable.LastSeq, [.. Durable.Head]);
        if (!await TryOpenSegmentAsync(header, batch))
        {
            throw Fenced();
        }
    }

    private async Task<bool> TryOpenSegmentAsync(LedgerHeader header, LedgerBatch batch)
    {
        var content = new ArrayBufferWriter<byte>(LedgerHeader.MaxLength + batch.Buffer.WrittenCount);
        header.Encode(content, _folder);
        var start = content.WrittenCount;
        content.Write(batch.Buffer.WrittenSpan);
        if (await AppendAsync(_folder.Segment(header.Segment), 0, content.WrittenMemory) is not AppendOutcome.Appended)
        {
            return false;
        }

        batch.At = (header.Segment, start);
        (_segment, _position, _appends) = (header.Segment, content.WrittenCount, 1);
        return true;
    }

    /// <summary>Appends once. When the answer is lost or says "not there", what the blob holds at the position decides: our own bytes mean that it was written.</summary>
    private async Task<AppendOutcome> AppendAsync(string blob, long position, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var outcome = await _store.AppendAsync(blob, position, bytes, CancellationToken.None);
            return outcome is AppendOutcome.WrongPosition && await HoldsAsync(blob, position, bytes) ? AppendOutcome.Appended : outcome;
        }
        catch (Exception lost) when (lost is not ArgumentException)
        {
            if (await HoldsAsync(blob, position, bytes))
            {
                return AppendOutcome.Appended;
            }

            throw;
        }
    }

    private async Task<bool> HoldsAsync(string blob, long position, ReadOnlyMemory<byte> bytes) =>
        await _store.GetRangeAsync(blob, position, bytes.Length, CancellationToken.None) is { } found && found.Span.SequenceEqual(bytes.Span);

    private async Task<long> LengthAsync() => (await _store.StatAsync(_folder.Segment(_segment), CancellationToken.None))?.Length ?? 0;

    private LedgerOutcomeUnknownException Fenced() =>
        new($"Another writer has taken over shard {_folder.Shard} of '{_folder.Project}' (segment {_segment}, epoch {Epoch}).");

    private async Task<bool> TryBeginAsync(LedgerCursor cursor, CancellationToken cancellationToken)
    {
        var mark = cursor.Mark;
        (_segment, _position, _appends) = (mark.Segment, mark.Position, cursor.Appends);
        (LastSeq, LastTime, Epoch) = (mark.Seq, mark.Time, mark.Epoch + 1);
        mark.Head.CopyTo(_head, 0);
        var batch = new LedgerBatch(new(512), LastSeq + 1) { Count = 1 };
        LastTime = batch.LastTime = NextTime;
        LedgerCodec.Encode(batch.Buffer, _writer, new EpochBegun(Epoch, Guid.NewGuid().ToString("N")), new(++LastSeq, LastTime, LastSeq), _head);
        _head.CopyTo(batch.Head, 0);
        var last = mark.Segment > 0 ? await _store.StatAsync(_folder.Segment(mark.Segment), cancellationToken) : null;
        bool begun;
        if (last is { IsSealed: false } && cursor.TornBytes == 0)
        {
            var outcome = await AppendAsync(last.Name, mark.Position, batch.Buffer.WrittenMemory);
            if (outcome is AppendOutcome.Full)
            {
                await _store.SealAsync(last.Name, cancellationToken);
            }

            begun = outcome is AppendOutcome.Appended;
            batch.At = (mark.Segment, mark.Position);
            _position += begun ? batch.Buffer.WrittenCount : 0;
            _appends++;
        }
        else if (last is { IsSealed: false })
        {
            // What the old writer still had under way lands before the seal or never; the next walk sees which.
            await _store.SealAsync(last.Name, cancellationToken);
            begun = false;
        }
        else
        {
            if (last is not null)
            {
                // It is sealed, but whoever did that may have died before the seal and the bytes were durable. Sealing again makes them so.
                await _store.SealAsync(last.Name, cancellationToken);
            }

            foreach (var left in cursor.Segments!.Void.Where(left => !left.IsSealed))
            {
                await _store.SealAsync(left.Name, cancellationToken);
            }

            // Sealed at the length that was walked: nothing can have come since.
            begun = !cursor.Segments.Void.Any(left => !left.IsSealed)
                && (last is null || last.Length == mark.Position + cursor.TornBytes)
                && await TryOpenSegmentAsync(new(Math.Max(cursor.Segments.Highest, mark.Segment) + 1, mark.Segment, mark.Position, mark.Seq, mark.Head), batch);
        }

        Durable = begun ? batch : Durable;
        return begun;
    }
}

/// <summary>Where a shard is and how it is written.</summary>
internal sealed record LedgerSource(IBlobStore Store, LedgerFolder Folder, LedgerOptions Options, TimeProvider Time);
