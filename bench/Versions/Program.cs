using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Orleans.Dpo.Bench;
using Orleans.Dpo.Grains.Datasets;
using Orleans.Dpo.Silo.Storage;

const double FirstSeconds = 5;
const double AgainSeconds = 2;

// What a tenfold cut may take more: the collector's slack. Memory that went with rows would be ten times as much.
const double Constant = 1.25;
var json = Array.IndexOf(args, "--json") is var at and >= 0 ? args[at + 1] : null;
if (Array.IndexOf(args, "--rows") is not (var n and >= 0))
{
    // Each size in a process of its own, so that one's memory is not taken for the other's.
    return await EachSizeAsync([100_000, 400_000, 1_000_000]);
}

var rows = int.Parse(args[n + 1], CultureInfo.InvariantCulture);
var folder = Directory.CreateTempSubdirectory("orleans-dpo-bench-").FullName;
var store = new FileBlobStore(folder, TimeProvider.System);
var project = new JudgedProject(store);
await project.AddPairsAsync(rows);
await project.JudgeAsync(step: 1);
GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
var before = ResetPeak();
var heap = GC.GetTotalMemory(forceFullCollection: false);
var mostHeap = heap;
(VersionBuild Build, double Seconds, int Written) cut;
await using (new Timer(_ => mostHeap = Math.Max(mostHeap, GC.GetTotalMemory(forceFullCollection: false)), null, 0, 10))
{
    cut = await CutAsync(null);
}

var (first, seconds, written) = cut;
var peak = PeakMegabytes();
await project.JudgeAsync(step: rows / 100);
var (_, again, rewritten) = await CutAsync(first.Buckets);
var results = new[]
{
    new Row($"cut of {rows:N0} rows, majority", seconds, "s", null, null, null, rows is 100_000 ? FirstSeconds : null, rows is 100_000 ? seconds <= FirstSeconds : null),
    new Row($"again after 100 more judgments, {rows:N0} rows", again, "s", null, null, null, rows is 100_000 ? AgainSeconds : null, rows is 100_000 ? again <= AgainSeconds : null),
    new Row($"most resident memory during the cut of {rows:N0}, beyond what was there", peak - before, "MiB", null, null, null, null, null),
    new Row($"most managed memory during it, garbage included", (mostHeap - heap) / 1048576.0, "MiB", null, null, null, null, null),
    new Row("files written by the second cut, of those of the first", 100.0 * rewritten / written, "%", null, null, null, null, null),
};
Directory.Delete(folder, recursive: true);
if (json is not null)
{
    await File.WriteAllTextAsync(json, JsonSerializer.Serialize(results, JsonSerializerOptions.Web));
}

foreach (var row in results)
{
    Print(row);
}

return results.Any(row => row.Pass is false) ? 1 : 0;

static void Print(Row row) =>
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row.Name,-72} {row.Value,10:N2} {row.Unit,-5} {(row.Target is { } target ? $"target {target}" : ""),-12} {row.Pass switch { true => "pass", false => "FAIL", _ => "" }}"));

async Task<int> EachSizeAsync(int[] sizes)
{
    var (all, failed) = (new List<Row>(), 0);
    foreach (var size in sizes)
    {
        var file = Path.GetTempFileName();
        using var one = Process.Start(Environment.ProcessPath!, ["--rows", size.ToString(CultureInfo.InvariantCulture), "--json", file]);
        await one.WaitForExitAsync();
        failed = Math.Max(failed, one.ExitCode);
        all.AddRange(JsonSerializer.Deserialize<Row[]>(await File.ReadAllTextAsync(file), JsonSerializerOptions.Web)!);
        File.Delete(file);
    }

    var resident = all.Where(row => row.Name.StartsWith("most resident", StringComparison.Ordinal)).Select(row => row.Value).ToArray();
    var ratio = resident[^1] / resident[0];
    all.Add(new($"most resident memory, {sizes[^1]:N0} rows to {sizes[0]:N0}", ratio, "×", null, null, null, Constant, ratio <= Constant));
    Print(all[^1]);
    failed = ratio <= Constant ? failed : 1;

    if (json is not null)
    {
        await File.WriteAllTextAsync(json, JsonSerializer.Serialize(all, JsonSerializerOptions.Web));
    }

    return failed;
}

async Task<(VersionBuild Build, double Seconds, int Written)> CutAsync(VersionBuckets? buckets)
{
    var (watch, written) = (Stopwatch.StartNew(), 0);
    var outcome = await VersionBuild.RunAsync(store, store, project.Recipe.Canonical(), buckets, async (file, content, token) =>
    {
        if (await store.PutIfAbsentAsync(file.Blob, content, token) is not null)
        {
            Interlocked.Increment(ref written);
        }
    }, CancellationToken.None);
    var build = outcome.Value ?? throw new InvalidOperationException(outcome.Refusal!.Detail);
    QualityReport.Of(build.Counts);
    return (build, watch.Elapsed.TotalSeconds, written);
}

double ResetPeak()
{
    File.WriteAllText("/proc/self/clear_refs", "5");
    return PeakMegabytes();
}

double PeakMegabytes()
{
    var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
    return double.Parse(line.AsSpan(6, line.Length - 9), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) / 1024;
}
