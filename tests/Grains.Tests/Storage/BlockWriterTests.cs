using System.Text;
using System.Text.Json.Nodes;
using Orleans.Dpo.Grains.Datasets;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Storage;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Grains.Tests.Storage;

public sealed class BlockWriterTests
{
    private readonly BlockPool _pool = new();

    [Fact]
    public void Pieces_hash_and_stream_say_what_was_written_and_blocks_are_used_again()
    {
        var written = new BlockWriter(_pool);
        var bytes = new byte[(3 * BlockPool.BlockBytes) + 17];
        new Random(1).NextBytes(bytes);
        for (var round = 0; round < 3; round++)
        {
            for (var at = 0; at < bytes.Length; at += 9973)
            {
                written.Write(bytes.AsSpan(at, Math.Min(9973, bytes.Length - at)));
            }

            Assert.Equal(bytes.Length, written.Length);
            Assert.Equal(ContentHash.Hex(bytes), written.Sha256());
            Assert.Equal(bytes, written.ToArray());
            using var stream = new PieceStream(written.Pieces()) { Position = BlockPool.BlockBytes - 3 };
            var part = new byte[100];
            stream.ReadExactly(part);
            Assert.Equal(bytes[(BlockPool.BlockBytes - 3)..][..100], part);
            stream.Position = bytes.Length;
            Assert.Equal(0, stream.Read(part));
            written.Clear();
        }

        Assert.Equal(4, _pool.Made);
        Assert.Equal(0, written.Length);
    }

    [Theory]
    [InlineData(8191)]
    [InlineData(8192)]
    [InlineData(200_000)]
    public void A_row_with_texts_of_any_length_is_canonical_json(int before)
    {
        var text = new string('é', before) + "😀\n\"\u0001" + string.Concat(Enumerable.Repeat("😀", 9000));
        var row = new RowWriter(_pool);
        row.Begin();
        row.Text("a"u8, text);
        row.Text("b"u8, null);
        row.EndLine();
        Assert.Equal(Encoding.UTF8.GetString(CanonicalJson.Line(new JsonObject { ["a"] = text, ["b"] = null })), Encoding.UTF8.GetString(row.Written.ToArray()));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(BlockPool.BlockBytes - 1)]
    [InlineData(BlockPool.BlockBytes)]
    [InlineData(3 * BlockPool.BlockBytes)]
    public async Task Lines_of_any_length_are_read_whole_and_empty_ones_passed_over(int length)
    {
        var store = new MemoryBlobStore();
        string[] lines = [new('a', length), "b", new('c', length + 1)];
        await store.PutIfAbsentAsync("lines", Encoding.UTF8.GetBytes(string.Join("\n\n", lines)), default);
        var read = new List<string>();
        await foreach (var line in SegmentLines.ReadAsync(store, "lines", _pool, default))
        {
            read.Add(Encoding.UTF8.GetString(line.Span));
        }

        Assert.Equal(lines, read);
        await Assert.ThrowsAsync<InvalidDataException>(async () => await SegmentLines.ReadAsync(store, "none", _pool, default).GetAsyncEnumerator().MoveNextAsync());
    }

    [Fact]
    public async Task A_row_stays_while_others_are_read_and_comes_whole_across_blocks()
    {
        var (store, bytes) = (new MemoryBlobStore(), new byte[60 * BlockPool.BlockBytes]);
        new Random(2).NextBytes(bytes);
        await store.PutIfAbsentAsync("rows", bytes, default);
        using var reader = new SliceReader(store, _pool);
        for (var round = 0; round < 2; round++)
        {
            var rows = new List<(int At, ReadOnlyMemory<byte> Row)>();
            for (var at = 100; at + 50 < bytes.Length; at += BlockPool.BlockBytes / 2)
            {
                rows.Add((at, await reader.ReadAsync(new("rows", at, 50), default)));
            }

            Assert.All(rows, row => Assert.Equal(bytes[row.At..(row.At + 50)], row.Row.ToArray()));
            reader.Forget();
        }

        Assert.InRange(_pool.Made, 1, 48 + 60);
        Assert.Equal(bytes[(BlockPool.BlockBytes - 10)..][..600_000], (await reader.ReadAsync(new("rows", BlockPool.BlockBytes - 10, 600_000), default)).ToArray());
        await Assert.ThrowsAsync<InvalidDataException>(async () => await reader.ReadAsync(new("rows", bytes.Length - 10, 20), default));
    }
}
