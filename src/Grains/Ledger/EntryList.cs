using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>Entries of fixed size in blocks: growing copies only the first block, and holding all of them still for a snapshot copies nothing.</summary>
/// <remarks>While they are held, a block that changes is copied first, so the snapshot sees the entries as they were.</remarks>
internal sealed class EntryList<T> where T : unmanaged
{
    private const int Shift = 10;
    private const int BlockEntries = 1 << Shift;
    private const int FirstEntries = 16;
    private static readonly int s_size = Unsafe.SizeOf<T>();
    private readonly List<byte[]> _blocks = [];
    private bool[] _held = [];

    public int Count { get; private set; }

    public ref readonly T this[int index] => ref At(_blocks[index >> Shift], index);

    /// <summary>The entry, to be changed.</summary>
    public ref T Edit(int index)
    {
        var block = index >> Shift;
        if (block < _held.Length && _held[block])
        {
            _held[block] = false;
            var copy = New(_blocks[block].Length / s_size);
            _blocks[block].CopyTo(copy, 0);
            _blocks[block] = copy;
        }

        return ref At(_blocks[block], index);
    }

    /// <summary>Adds an entry and gives its index.</summary>
    public int Add(in T entry)
    {
        var block = Count >> Shift;
        if (block == _blocks.Count)
        {
            _blocks.Add(New(block == 0 ? FirstEntries : BlockEntries));
        }
        else if (block == 0 && Count * s_size == _blocks[0].Length)
        {
            var larger = New(2 * Count);
            _blocks[0].CopyTo(larger, 0);
            _blocks[0] = larger;
        }

        // A held block may grow: the snapshot reads no further than it was.
        At(_blocks[block], Count) = entry;
        return Count++;
    }

    /// <summary>The bytes of all entries as they are now, block by block. They stay so until <see cref="LetGo"/>.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Hold()
    {
        _held = [.. Enumerable.Repeat(true, _blocks.Count)];
        return [.. _blocks.Select((block, number) => (ReadOnlyMemory<byte>)block.AsMemory(0, s_size * Math.Min(BlockEntries, Count - (number << Shift))))];
    }

    /// <summary>The snapshot is written; changes copy nothing any more.</summary>
    public void LetGo() => _held = [];

    /// <summary>Makes room for entries and gives the memory to read them into, block by block.</summary>
    public IEnumerable<Memory<byte>> Fill(int count)
    {
        for (Count = 0; Count < count;)
        {
            var size = Math.Min(BlockEntries, count - Count);
            var block = New(Count == 0 && count < BlockEntries ? (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(count, FirstEntries)) : BlockEntries);
            _blocks.Add(block);
            Count += size;
            yield return block.AsMemory(0, size * s_size);
        }
    }

    // Full blocks never move; what is not written yet is never read.
    private static byte[] New(int entries) => GC.AllocateUninitializedArray<byte>(entries * s_size, pinned: entries == BlockEntries);

    private static ref T At(byte[] block, int index) => ref MemoryMarshal.AsRef<T>(block.AsSpan((index & (BlockEntries - 1)) * s_size, s_size));
}
