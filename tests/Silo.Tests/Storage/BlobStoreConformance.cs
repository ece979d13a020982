using System.Text;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Silo.Tests.Storage;

/// <summary>What every blob store does. One class a store inherits it.</summary>
public abstract class BlobStoreConformance
{
    protected static CancellationToken None => CancellationToken.None;

    /// <summary>A store over nothing, or over what the test's earlier stores left.</summary>
    protected abstract Task<IBlobStore> OpenAsync();

    [Fact]
    public async Task A_blob_that_is_not_there_is_null_everywhere()
    {
        var store = await OpenAsync();
        Assert.Null(await store.GetAsync("none/here", None));
        Assert.Null(await store.StatAsync("none/here", None));
        Assert.Null(await store.GetRangeAsync("none/here", 0, 10, None));
        Assert.Null(await store.OpenReadAsync("none/here", 0, None));
        Assert.Null(await store.PutIfMatchAsync("none/here", Bytes("x"), "0-0", None));
        Assert.False(await store.DeleteAsync("none/here", null, None));
        Assert.Equal(AppendOutcome.WrongPosition, await store.AppendAsync("none/here", 5, Bytes("x"), None));
        Assert.Empty(await ListAsync(store, ""));
    }

    [Fact]
    public async Task Put_if_absent_creates_once_and_leaves_the_first_content()
    {
        var store = await OpenAsync();
        var created = await store.PutIfAbsentAsync("a/b.json", Bytes("one"), None);
        Assert.Equal(new BlobInfo("a/b.json", 3, created!.ETag, false), created);
        Assert.Null(await store.PutIfAbsentAsync("a/b.json", Bytes("two"), None));
        var read = await store.GetAsync("a/b.json", None);
        Assert.Equal("one", Text(read!.Bytes));
        Assert.Equal(created.ETag, read.ETag);
        Assert.Equal(created, await store.StatAsync("a/b.json", None));
    }

    [Fact]
    public async Task Put_if_absent_from_a_stream_takes_any_length()
    {
        var store = await OpenAsync();
        var content = new byte[9_000_001];
        new Random(7).NextBytes(content);
        Assert.Equal(content.Length, (await store.PutIfAbsentAsync("big.bin", new MemoryStream(content), None))!.Length);
        Assert.Null(await store.PutIfAbsentAsync("big.bin", new MemoryStream([1]), None));
        await using var stream = await store.OpenReadAsync("big.bin", 8_999_990, None);
        using var rest = new MemoryStream();
        await stream!.CopyToAsync(rest);
        Assert.Equal(content[8_999_990..], rest.ToArray());
        Assert.NotNull(await store.PutIfAbsentAsync("empty.bin", new MemoryStream(), None));
        Assert.Equal(0, (await store.GetAsync("empty.bin", None))!.Bytes.Length);
    }

    [Fact]
    public async Task Of_many_that_put_at_once_one_wins()
    {
        var store = await OpenAsync();
        var puts = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => store.PutIfAbsentAsync("race", Bytes($"writer {i}"), None)));
        var winner = Assert.Single(puts, put => put is not null);
        Assert.Equal(winner!.ETag, (await store.GetAsync("race", None))!.ETag);
    }

    [Fact]
    public async Task Put_if_match_replaces_only_the_version_it_names()
    {
        var store = await OpenAsync();
        var first = await store.PutIfAbsentAsync("c", Bytes("one"), None);
        var second = await store.PutIfMatchAsync("c", Bytes("two"), first!.ETag, None);
        Assert.NotEqual(first.ETag, second!.ETag);
        Assert.Null(await store.PutIfMatchAsync("c", Bytes("six"), first.ETag, None));
        Assert.Equal("two", Text((await store.GetAsync("c", None))!.Bytes));
        Assert.Equal(second.ETag, (await store.StatAsync("c", None))!.ETag);
    }

    [Fact]
    public async Task An_etag_never_comes_back_while_contents_change()
    {
        var store = await OpenAsync();
        var info = await store.PutIfAbsentAsync("n", Bytes("0"), None);
        var seen = new HashSet<string> { info!.ETag };
        for (var i = 1; i < 40; i++)
        {
            info = await store.PutIfMatchAsync("n", Bytes((i % 2).ToString(System.Globalization.CultureInfo.InvariantCulture)), info!.ETag, None);
            Assert.True(seen.Add(info!.ETag), $"ETag {info.ETag} came back at change {i}.");
        }
    }

    [Fact]
    public async Task Counting_with_put_if_match_loses_nothing()
    {
        var store = await OpenAsync();
        await store.PutIfAbsentAsync("count", Bytes("0"), None);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            for (var added = 0; added < 5;)
            {
                var now = (await store.GetAsync("count", None))!;
                var next = int.Parse(Text(now.Bytes), System.Globalization.CultureInfo.InvariantCulture) + 1;
                added += await store.PutIfMatchAsync("count", Bytes($"{next}"), now.ETag, None) is null ? 0 : 1;
            }
        }));
        Assert.Equal("20", Text((await store.GetAsync("count", None))!.Bytes));
    }

    [Fact]
    public async Task An_etag_survives_reopening()
    {
        var first = await OpenAsync();
        var info = await first.PutIfAbsentAsync("kept", Bytes("x"), None);
        await first.AppendAsync("log", 0, Bytes("line"), None);
        var log = await first.StatAsync("log", None);
        var second = await OpenAsync();
        Assert.Equal(info, await second.StatAsync("kept", None));
        Assert.Equal(log, await second.StatAsync("log", None));
        Assert.NotNull(await second.PutIfMatchAsync("kept", Bytes("y"), info!.ETag, None));
    }

    [Fact]
    public async Task Appends_land_at_their_position_or_nowhere()
    {
        var store = await OpenAsync();
        Assert.Equal(AppendOutcome.Appended, await store.AppendAsync("log/1", 0, Bytes("abc"), None));
        Assert.Equal(AppendOutcome.Appended, await store.AppendAsync("log/1", 3, Bytes("def"), None));
        Assert.Equal(AppendOutcome.WrongPosition, await store.AppendAsync("log/1", 3, Bytes("XYZ"), None));
        Assert.Equal(AppendOutcome.WrongPosition, await store.AppendAsync("log/1", 7, Bytes("XYZ"), None));
        Assert.Equal(AppendOutcome.WrongPosition, await store.AppendAsync("log/1", 0, Bytes("XYZ"), None));
        Assert.Equal("abcdef", Text((await store.GetAsync("log/1", None))!.Bytes));
    }

    [Fact]
    public async Task Of_many_that_append_at_one_position_one_wins()
    {
        var store = await OpenAsync();
        await store.AppendAsync("log", 0, Bytes("head\n"), None);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => store.AppendAsync("log", 5, Bytes($"writer {i}\n"), None)));
        Assert.Single(outcomes, AppendOutcome.Appended);
        Assert.Equal(7, outcomes.Count(outcome => outcome is AppendOutcome.WrongPosition));
        Assert.Equal(14, (await store.StatAsync("log", None))!.Length);
    }

    [Fact]
    public async Task A_sealed_blob_takes_no_append_and_stays_readable()
    {
        var store = await OpenAsync();
        await store.AppendAsync("log", 0, Bytes("all"), None);
        Assert.False((await store.StatAsync("log", None))!.IsSealed);
        await store.SealAsync("log", None);
        await store.SealAsync("log", None);
        Assert.Equal(AppendOutcome.Sealed, await store.AppendAsync("log", 3, Bytes("more"), None));
        Assert.True((await store.StatAsync("log", None))!.IsSealed);
        Assert.True(Assert.Single(await ListAsync(store, "log")).IsSealed);
        Assert.Equal("all", Text((await (await OpenAsync()).GetAsync("log", None))!.Bytes));
    }

    [Fact]
    public async Task Sealing_what_is_not_there_is_an_error()
    {
        var store = await OpenAsync();
        await Assert.ThrowsAsync<FileNotFoundException>(() => store.SealAsync("nothing", None));
    }

    [Fact]
    public async Task A_range_ends_at_the_end_of_the_blob()
    {
        var store = await OpenAsync();
        await store.PutIfAbsentAsync("r", Bytes("0123456789"), None);
        await store.AppendAsync("l", 0, Bytes("0123456789"), None);
        foreach (var name in new[] { "r", "l" })
        {
            Assert.Equal("345", Text((await store.GetRangeAsync(name, 3, 3, None))!.Value));
            Assert.Equal("89", Text((await store.GetRangeAsync(name, 8, 100, None))!.Value));
            Assert.Equal("", Text((await store.GetRangeAsync(name, 10, 5, None))!.Value));
            Assert.Equal("", Text((await store.GetRangeAsync(name, 50, 5, None))!.Value));
        }
    }

    [Fact]
    public async Task A_list_is_in_ordinal_order_and_keeps_to_the_prefix()
    {
        var store = await OpenAsync();
        string[] names = ["p/a-b", "p/a.c", "p/a/x", "p/a/y", "p/a0", "p/A", "p_", "q/1"];
        foreach (var name in names)
        {
            await store.PutIfAbsentAsync(name, Bytes(name), None);
        }

        Assert.Equal(names.Order(StringComparer.Ordinal), (await ListAsync(store, "")).Select(blob => blob.Name));
        Assert.Equal(["p/a-b", "p/a.c", "p/a/x", "p/a/y", "p/a0"], (await ListAsync(store, "p/a")).Select(blob => blob.Name));
        Assert.Equal(["p/a/x", "p/a/y"], (await ListAsync(store, "p/a/")).Select(blob => blob.Name));
        Assert.Equal(["p/a/y"], (await ListAsync(store, "p/a/y")).Select(blob => blob.Name));
        Assert.Empty(await ListAsync(store, "p/a/z"));
        Assert.Equal(await store.StatAsync("p/A", None), (await ListAsync(store, "p/A"))[0]);
    }

    [Fact]
    public async Task A_delete_with_an_etag_spares_another_version()
    {
        var store = await OpenAsync();
        var first = await store.PutIfAbsentAsync("d", Bytes("one"), None);
        var second = await store.PutIfMatchAsync("d", Bytes("two"), first!.ETag, None);
        Assert.False(await store.DeleteAsync("d", first.ETag, None));
        Assert.True(await store.DeleteAsync("d", second!.ETag, None));
        Assert.False(await store.DeleteAsync("d", null, None));
        Assert.NotNull(await store.PutIfAbsentAsync("d", Bytes("new"), None));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData("a/../b")]
    [InlineData(".")]
    [InlineData(".store/tmp/x")]
    [InlineData("a b")]
    [InlineData("ä")]
    [InlineData("a\\b")]
    public async Task A_name_of_another_form_is_refused(string name)
    {
        var store = await OpenAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => store.PutIfAbsentAsync(name, Bytes("x"), None));
        await Assert.ThrowsAsync<ArgumentException>(() => store.GetAsync(name, None));
        await Assert.ThrowsAsync<ArgumentException>(() => store.AppendAsync(name, 0, Bytes("x"), None));
    }

    protected static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    protected static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    protected static async Task<List<BlobInfo>> ListAsync(IBlobStore store, string prefix)
    {
        var blobs = new List<BlobInfo>();
        await foreach (var blob in store.ListAsync(prefix, None))
        {
            blobs.Add(blob);
        }

        return blobs;
    }
}
