using System.Collections.Concurrent;

namespace Orleans.Dpo.Grains.Storage;

/// <summary>Blocks of one size that a long piece of work uses again and again: fresh memory costs more than what is written into it. Dropped with the pool.</summary>
internal sealed class BlockPool
{
    /// <summary>Bytes of a block.</summary>
    public const int BlockBytes = 1 << 18;

    private readonly ConcurrentStack<byte[]> _free = new();
    private int _made;

    /// <summary>Blocks that were ever made; none is made while one is free.</summary>
    public int Made => Volatile.Read(ref _made);

    /// <summary>A block with any content.</summary>
    public byte[] Rent()
    {
        if (_free.TryPop(out var block))
        {
            return block;
        }

        Interlocked.Increment(ref _made);
        return GC.AllocateUninitializedArray<byte>(BlockBytes);
    }

    /// <summary>Takes a block back; one of another size is left to the collector.</summary>
    public void Return(byte[] block)
    {
        if (block.Length is BlockBytes)
        {
            _free.Push(block);
        }
    }
}
