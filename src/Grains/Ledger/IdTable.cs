using System.Security.Cryptography;
using System.Buffers.Binary;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>An entry that is found by 128 bits.</summary>
internal interface IIdentified
{
    UInt128 Id { get; }
}

/// <summary>Finds entries by id: open addressing over the entries' own ids, about six bytes an entry.</summary>
/// <remarks>Ids come from clients, so the hash has a random key of the process: nobody can choose ids that collide.</remarks>
internal sealed class IdTable<T>(EntryList<T> entries) where T : unmanaged, IIdentified
{
    private static readonly ulong s_low = RandomKey();
    private static readonly ulong s_high = RandomKey();
    private int[] _slots = new int[16];
    private int _count;

    /// <summary>The entry's index, or <see cref="ShardIndex.None"/>.</summary>
    public int Find(UInt128 id)
    {
        for (var slot = Slot(id); ; slot = (slot + 1) & (_slots.Length - 1))
        {
            var entry = _slots[slot] - 1;
            if (entry < 0)
            {
                return ShardIndex.None;
            }

            if (entries[entry].Id == id)
            {
                return entry;
            }
        }
    }

    /// <summary>Makes an entry findable whose id is not in the table.</summary>
    public void Add(int entry)
    {
        if (10L * ++_count > 7L * _slots.Length)
        {
            Resize(2 * _slots.Length);
        }

        Place(entry);
    }

    /// <summary>Makes entries 0 to <paramref name="count"/> − 1 findable, in an empty table.</summary>
    public void AddAll(int count)
    {
        _count = count;
        var size = 16;
        while (10L * count > 7L * size)
        {
            size *= 2;
        }

        _slots = new int[size];
        for (var entry = 0; entry < count; entry++)
        {
            Place(entry);
        }
    }

    private void Place(int entry)
    {
        var slot = Slot(entries[entry].Id);
        while (_slots[slot] != 0)
        {
            slot = (slot + 1) & (_slots.Length - 1);
        }

        _slots[slot] = entry + 1;
    }

    private void Resize(int size)
    {
        var old = _slots;
        _slots = new int[size];
        foreach (var taken in old)
        {
            if (taken != 0)
            {
                Place(taken - 1);
            }
        }
    }

    private int Slot(UInt128 id)
    {
        var high = Math.BigMul((ulong)id ^ s_low, (ulong)(id >> 64) ^ s_high, out var low);
        return (int)((high ^ low) & (ulong)(_slots.Length - 1));
    }

    private static ulong RandomKey() => BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)) | 1;
}
