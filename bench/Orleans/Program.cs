using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Dpo.Bench;
using Orleans.Hosting;

const int LeastCallsPerSecond = 100_000;
var seconds = TimeSpan.FromSeconds(3);
var json = Array.IndexOf(args, "--json") is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : null;

var builder = Host.CreateApplicationBuilder();
builder.Logging.ClearProviders();
builder.UseOrleans(silo => silo.UseLocalhostClustering());
using var host = builder.Build();
await host.StartAsync();
var grains = host.Services.GetRequiredService<IGrainFactory>();
var item = new EchoItem();
var fresh = 0;

Row[] rows =
[
    await CallsAsync("in-process ping, 1 grain, 1 at a time", 1, 1, (grain, i) => grain.PingAsync(i), LeastCallsPerSecond),
    await CallsAsync("in-process ping, 1 grain, 100 at a time", 1, 100, (grain, i) => grain.PingAsync(i), LeastCallsPerSecond),
    await CallsAsync("in-process ping, 100 grains, 100 at a time", 100, 100, (grain, i) => grain.PingAsync(i), null),
    await CallsAsync("in-process echo of a class, 1 grain, 1 at a time", 1, 1, (grain, _) => grain.EchoAsync(item), null),
    await CallsAsync("first call to a new activation, 1 at a time", 1, 1, (_, _) => grains.GetGrain<IPingGrain>($"new-{fresh++}").PingAsync(1), null),
];
await host.StopAsync();

if (json is not null)
{
    await File.WriteAllTextAsync(json, JsonSerializer.Serialize(rows, JsonSerializerOptions.Web));
}
else
{
    foreach (var row in rows)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row.Name,-52} {row.Value,12:N0} {row.Unit}  target {row.Target?.ToString("N0", CultureInfo.InvariantCulture) ?? "-",8}  {row.Pass switch { true => "pass", false => "FAIL", _ => "" }}"));
    }
}

return rows.Any(row => row.Pass is false) ? 1 : 0;

async Task<Row> CallsAsync(string name, int grainCount, int loops, Func<IPingGrain, int, Task> call, double? target)
{
    var targets = Enumerable.Range(0, grainCount).Select(i => grains.GetGrain<IPingGrain>($"{grainCount}-{i}")).ToArray();
    await RunAsync(TimeSpan.FromSeconds(1));
    var (calls, elapsed) = await RunAsync(seconds);
    var value = calls / elapsed.TotalSeconds;
    return new(name, value, "calls/s", null, null, null, target, target is null ? null : value >= target);

    async Task<(long Calls, TimeSpan Elapsed)> RunAsync(TimeSpan time)
    {
        var watch = Stopwatch.StartNew();
        var counts = await Task.WhenAll(Enumerable.Range(0, loops).Select(loop => Task.Run(async () =>
        {
            var count = 0;
            for (; watch.Elapsed < time; count++)
            {
                await call(targets[loop % targets.Length], count);
            }

            return (long)count;
        })));
        return (counts.Sum(), watch.Elapsed);
    }
}
