using System.Globalization;
using System.Text.Json;
using Orleans.Dpo.Bench;

// ./dpo bench data [--quick] [--part flow|open|closed|big|followed] [--seconds N] [--json FILE]: the server, the load and this program are three processes; docs/benchmarks.md has the protocol.
if (args is ["serve", ..])
{
    return await ServerProgram.RunAsync(args[1..]);
}

if (args is ["load", ..])
{
    return await LoadProgram.RunAsync(args[1..]);
}

if (args is ["write", var data, var project, var firstRound, var perPair])
{
    // A ledger of some size without a run: judgments behind pairs that were imported before.
    Console.WriteLine(await new BigLedger(data, project).WriteAsync(4, int.Parse(firstRound, CultureInfo.InvariantCulture), int.Parse(perPair, CultureInfo.InvariantCulture)));
    return 0;
}

var quick = args.Contains("--quick");
var part = After("--part");
var folder = Directory.CreateTempSubdirectory("orleans-dpo-bench-").FullName;
var rows = new List<Row>();
try
{
    var sizes = quick ? Sizes.Quick : Sizes.Full;
    sizes = After("--seconds") is { } seconds ? sizes with { OpenSeconds = int.Parse(seconds, CultureInfo.InvariantCulture) } : sizes;
    if (part is null or "flow" or "open" or "closed")
    {
        await new FlowMeasures(Path.Combine(folder, "flow"), sizes, rows.Add).RunAsync(part);
    }

    if (part is null or "big" or "followed")
    {
        await new BigMeasures(Path.Combine(folder, "big"), sizes, rows.Add).RunAsync(followedOnly: part is "followed");
    }
}
finally
{
    Directory.Delete(folder, recursive: true);
}

// Rows that the benchmarks of cuts and of statistics wrote just before.
foreach (var other in args.Where((_, i) => i > 0 && args[i - 1] is "--also"))
{
    rows.AddRange(JsonSerializer.Deserialize<Row[]>(await File.ReadAllTextAsync(other), JsonSerializerOptions.Web)!.Select(Study.Print));
}

if (After("--json") is { } file)
{
    await File.WriteAllTextAsync(file, JsonSerializer.Serialize(rows, JsonSerializerOptions.Web));
}

return rows.Any(row => row.Pass is false) && !quick ? 1 : 0;

string? After(string option) => Array.IndexOf(args, option) is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : null;
