using System.Runtime.CompilerServices;
using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Tests.Ledger;

public sealed class EntryListTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(1024)]
    [InlineData(5000)]
    public void What_was_held_stays_as_it_was_while_entries_change_and_come(int count)
    {
        var list = new EntryList<long>();
        for (var i = 0; i < count; i++)
        {
            Assert.Equal(i, list.Add(i));
        }

        var held = list.Hold();
        for (var i = 0; i < count; i += 3)
        {
            list.Edit(i) = -1;
        }

        for (var i = 0; i < 3000; i++)
        {
            list.Add(7);
        }

        var read = new EntryList<long>();
        foreach (var (block, piece) in read.Fill(count).Zip(held))
        {
            piece.CopyTo(block);
        }

        Assert.Equal(count * sizeof(long), held.Sum(piece => piece.Length));
        Assert.Equal((count, count + 3000), (read.Count, list.Count));
        for (var i = 0; i < count; i++)
        {
            Assert.Equal((i, i % 3 == 0 ? -1 : i), (read[i], list[i]));
        }

        read.Add(99);
        list.LetGo();
        Assert.Equal((99, 7), (read[count], list[count + 2999]));
    }

    [Fact]
    public void Every_id_is_found_and_no_other()
    {
        var entries = new EntryList<JudgmentEntry>();
        var table = new IdTable<JudgmentEntry>(entries);
        var random = new Random(1);
        var ids = Enumerable.Range(0, 20_000).Select(i => new UInt128((ulong)(i % 7), (ulong)random.NextInt64())).Distinct().ToArray();
        foreach (var id in ids[..^100])
        {
            table.Add(entries.Add(new() { Id = id }));
        }

        var again = new IdTable<JudgmentEntry>(entries);
        again.AddAll(entries.Count);
        for (var i = 0; i < ids.Length; i++)
        {
            var place = i < ids.Length - 100 ? i : ShardIndex.None;
            Assert.Equal((place, place), (table.Find(ids[i]), again.Find(ids[i])));
        }
    }

    /// <summary>The targets of memory rest on these.</summary>
    [Fact]
    public void Entries_have_the_sizes_that_the_documents_name() =>
        Assert.Equal((64, 64), (Unsafe.SizeOf<PairEntry>(), Unsafe.SizeOf<JudgmentEntry>()));
}
