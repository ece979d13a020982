using System.Buffers;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>Events of one append: their lines in one buffer, and one task for everybody who waits.</summary>
internal sealed class LedgerBatch(ArrayBufferWriter<byte> buffer, long firstSeq)
{
    private readonly TaskCompletionSource _durable = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ArrayBufferWriter<byte> Buffer { get; } = buffer;

    public long FirstSeq { get; } = firstSeq;

    public int Count { get; set; }

    public long LastSeq => FirstSeq + Count - 1;

    public long LastTime { get; set; }

    public byte[] Head { get; } = new byte[LedgerCodec.HashBytes];

    /// <summary>What the writer's owner wants to know as durable when this batch is.</summary>
    public object? State { get; set; }

    /// <summary>Where it was written; known once durable.</summary>
    public (int Segment, long Position) At { get; set; }

    public Task Durable => _durable.Task;

    public void Complete() => _durable.TrySetResult();

    public void Fail(LedgerOutcomeUnknownException failure)
    {
        _durable.TrySetException(failure);

        // A batch nobody awaits (an epoch, a snapshot's) must not end as an unobserved exception.
        _ = _durable.Task.Exception;
    }
}
