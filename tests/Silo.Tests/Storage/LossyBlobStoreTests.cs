using Orleans.Dpo.Grains.Storage;
using Orleans.Dpo.Silo.Storage;

namespace Orleans.Dpo.Silo.Tests.Storage;

/// <summary>The conformance suite over the simulated disk, so that what crash tests show is shown of the same store.</summary>
public sealed class LossyBlobStoreTests : BlobStoreConformance
{
    private LossyDisk _disk = new();

    [Fact]
    public async Task What_was_acknowledged_survives_any_power_cut()
    {
        for (var seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            _disk = new LossyDisk();
            var store = await OpenAsync();
            _disk.CutPowerIn(random.Next(1, 60));
            var (value, log, deleted) = ("", "", true);
            string? etag = null;
            try
            {
                for (var i = 0; ; i++)
                {
                    if (etag is null)
                    {
                        etag = (await store.PutIfAbsentAsync("deep/er/value", Bytes($"{i}"), None))!.ETag;
                        (value, deleted) = ($"{i}", false);
                    }
                    else
                    {
                        etag = (await store.PutIfMatchAsync("deep/er/value", Bytes($"{i}"), etag, None))!.ETag;
                        value = $"{i}";
                    }

                    Assert.Equal(AppendOutcome.Appended, await store.AppendAsync("deep/log", log.Length, Bytes($"line {i};"), None));
                    log += $"line {i};";
                }
            }
            catch (IOException)
            {
                _disk = _disk.AfterPowerCut(random);
            }

            store = await OpenAsync();
            var kept = await store.GetAsync("deep/er/value", None);
            Assert.True(deleted || int.Parse(Text(kept!.Bytes), System.Globalization.CultureInfo.InvariantCulture) - int.Parse(value, System.Globalization.CultureInfo.InvariantCulture) is 0 or 1, $"seed {seed}");
            var read = await store.GetAsync("deep/log", None);
            Assert.True(log.Length == 0 || Text(read!.Bytes).StartsWith(log, StringComparison.Ordinal), $"seed {seed}");
        }
    }

    [Fact]
    public async Task An_append_that_could_not_be_synced_is_not_read_back()
    {
        var store = await OpenAsync();
        await store.AppendAsync("log", 0, Bytes("good"), None);
        _disk.Fault = (operation, path) => Fail(operation is DiskOperation.Sync && path.EndsWith("log", StringComparison.Ordinal), "Input/output error");
        await Assert.ThrowsAsync<IOException>(() => store.AppendAsync("log", 4, Bytes("bad"), None));
        await Assert.ThrowsAsync<IOException>(() => store.GetAsync("log", None));
        _disk.Fault = null;
        Assert.Equal("good", Text((await (await OpenAsync()).GetAsync("log", None))!.Bytes));
    }

    [Fact]
    public async Task A_full_disk_leaves_the_log_as_it_was()
    {
        var store = await OpenAsync();
        await store.AppendAsync("log", 0, Bytes("good"), None);
        _disk.TearFailedWrites = true;
        _disk.Fault = (operation, _) => Fail(operation is DiskOperation.Write, "No space left on device");
        await Assert.ThrowsAsync<IOException>(() => store.AppendAsync("log", 4, Bytes("lost"), None));
        Assert.Equal("good", Text((await store.GetAsync("log", None))!.Bytes));
        await Assert.ThrowsAsync<IOException>(() => store.PutIfAbsentAsync("new", Bytes("x"), None));
        _disk.Fault = null;
        Assert.Null(await store.GetAsync("new", None));
        Assert.Equal(AppendOutcome.Appended, await store.AppendAsync("log", 4, Bytes("!"), None));
    }

    protected override Task<IBlobStore> OpenAsync() => Task.FromResult<IBlobStore>(new FileBlobStore(_disk, "/disk", TimeProvider.System));

    private static void Fail(bool fails, string message)
    {
        if (fails)
        {
            throw new IOException(message);
        }
    }
}
