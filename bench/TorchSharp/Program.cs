using System.Globalization;
using System.Text.Json;
using Orleans.Dpo.Bench.TorchSharp;

// tiny-op loops in C#, C++ and Python, alternating C P S S P C so that a drift of the machine falls on all alike; one thread each.
// Usage: [--json FILE] [--rounds N] [--pairs N]. With --inner N: one C# measurement, as the peers print it.
var options = args.Chunk(2).Where(p => p.Length == 2).ToDictionary(p => p[0], p => p[1]);
int Option(string name, int otherwise) => options.TryGetValue(name, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

if (options.ContainsKey("--inner"))
{
    Console.WriteLine(JsonSerializer.Serialize(TinyOps.Measure(Option("--inner", 0))));
    return 0;
}

var rounds = Option("--rounds", 200_000);
var pairs = Option("--pairs", 4);
var peers = new Peers(rounds);
Dictionary<string, List<Dictionary<string, double>>> results = new() { ["C#"] = [], ["C++"] = [], ["Python"] = [] };
string[] order = ["C++", "Python", "C#", "C#", "Python", "C++"];
for (var i = 0; i < pairs; i++)
{
    foreach (var peer in order)
    {
        results[peer].Add(peers.Run(peer));
    }
}

var rows = new List<object>();
foreach (var (loop, count, target) in new[] { ("elementwise", rounds * 3, "add, mul and view on one element"), ("training", rounds / 10, "forward and backward of a tiny layer") })
{
    foreach (var (peer, bound) in new[] { ("C++", 1.2), ("Python", 1.0) })
    {
        rows.Add(Comparison.Row(
            $"torchsharp/tiny-op/{loop}", target, results["C#"].ConvertAll(r => r[loop] * 1e9 / count), peer, results[peer].ConvertAll(r => r[loop] * 1e9 / count), bound));
    }
}

var json = JsonSerializer.Serialize(rows, Comparison.Format);
Console.WriteLine(json);
if (options.TryGetValue("--json", out var file))
{
    await File.WriteAllTextAsync(file, json + "\n");
}

return 0;
