using Orleans.Dpo.Grains.Datasets;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Grains.Tests.Datasets;

/// <summary>Alone: what other tests allocate would count.</summary>
[Collection("memory")]
public sealed class CutMemoryTests
{
    private const int Rows = 4000;
    private const int Characters = 5000;
    private readonly JudgedLedger _ledger = new();

    [Fact]
    public async Task A_cut_holds_a_part_of_its_rows_and_allocates_little_more_than_their_texts()
    {
        var text = new string('x', Characters);
        for (var from = 0; from < Rows; from += 500)
        {
            await _ledger.AddAsync($"i{from}", Enumerable.Range(from, 500), number => $"{number} {text}");
        }

        await _ledger.JudgeAllAsync(Enumerable.Range(0, Rows), annotator: 1);
        var (runs, most, bytes, files) = (new MemoryBlobStore(), 0L, 0L, 0);
        var (before, allocated) = (GC.GetTotalMemory(forceFullCollection: true), GC.GetTotalAllocatedBytes(precise: true));
        var outcome = await VersionBuild.RunAsync(_ledger.Store, runs, _ledger.Recipe.Canonical(), null, (file, _, _) =>
        {
            lock (_ledger)
            {
                bytes += file.Bytes;
                most = files++ % 100 is 0 ? Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before) : most;
            }

            return Task.CompletedTask;
        }, default);
        Assert.Null(outcome.Refusal);
        var (perRow, read) = ((GC.GetTotalAllocatedBytes(precise: true) - allocated) / Rows, 0L);
        foreach (var name in runs.Names)
        {
            read += (await runs.StatAsync(name, default))!.Length;
        }

        // The index is in memory only here. Its bytes and the version's are 130 MB; what is held is bounded by what is gathered and cached.
        Assert.True(bytes + read > 120_000_000, $"{bytes} bytes of files and {read} of the index.");
        Assert.InRange(most - read, 1, 64 << 20);

        // Two texts of 5,000 characters are 20,000 bytes in memory; the store of this test copies the index's 11,000 bytes up to five times.
        Assert.InRange(perRow, 1, 160_000);
    }
}
