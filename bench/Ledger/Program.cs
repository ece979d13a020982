using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Dpo.Bench;
using Orleans.Dpo.Silo.Storage;
using Orleans.Hosting;

const int Repeats = 5;
const double MostMilliseconds = 10;
var json = Array.IndexOf(args, "--json") is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : null;
var folder = Directory.CreateTempSubdirectory("orleans-dpo-bench-").FullName;
var store = new FileBlobStore(folder, TimeProvider.System);
var builder = Host.CreateApplicationBuilder();
builder.Logging.ClearProviders();
builder.Services.AddBlobStore(_ => store);
builder.UseOrleans(silo =>
{
    silo.UseLocalhostClustering();
    silo.UseBlobStorage();
});
using var host = builder.Build();
await host.StartAsync();
var rows = new List<Row>();
foreach (var shards in new[] { 1, 4 })
{
    var load = new JudgmentLoad(store, host.Services.GetRequiredService<IGrainFactory>(), $"bench{shards}", shards);
    await load.RunAsync(JudgmentLoad.InFlight);
    var (rates, ratios, medians) = (new List<double>(), new List<double>(), new List<double>());
    for (var repeat = 0; repeat < Repeats; repeat++)
    {
        var (perSecond, _) = await load.RunAsync(JudgmentLoad.InFlight);
        var peer = BareAppends.PerSecond(folder, shards, JudgmentLoad.InFlight / shards);
        rates.Add(perSecond);
        ratios.Add(perSecond / peer);
        medians.Add((await load.RunAsync(JudgmentLoad.Crowd)).MedianMilliseconds);
    }

    rates.Sort();
    ratios.Sort();
    medians.Sort();
    var (middle, ratio) = (rates[Repeats / 2], ratios[Repeats / 2]);
    rows.Add(new($"judgments, {shards} shard(s), {JudgmentLoad.InFlight} in flight", middle, "judgments/s", string.Create(CultureInfo.InvariantCulture, $"write + fdatasync in groups: {middle / ratio:N0}/s"), ratio, [ratios[0], ratios[^1]], null, null));
    rows.Add(new($"judgment, {shards} shard(s), p50 with {JudgmentLoad.Crowd} in flight", medians[Repeats / 2], "ms", null, null, null, MostMilliseconds, medians[Repeats / 2] <= MostMilliseconds));
    var alone = await load.OneAtATimeAsync();
    rows.Add(new($"judgment, {shards} shard(s), p50 one at a time", alone, "ms", null, null, null, MostMilliseconds, alone <= MostMilliseconds));
}

await host.StopAsync();
Directory.Delete(folder, recursive: true);
if (json is not null)
{
    await File.WriteAllTextAsync(json, JsonSerializer.Serialize(rows, JsonSerializerOptions.Web));
}
else
{
    foreach (var row in rows)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{row.Name,-52} {row.Value,10:N2} {row.Unit,-12} {row.Peer,-42} ratio {row.Ratio,5:N2} target {row.Target,4:N0} {row.Pass switch { true => "pass", false => "FAIL", _ => "" }}"));
    }
}

return rows.Any(row => row.Pass is false) ? 1 : 0;
