using System.Globalization;
using System.Text.Json;
using Orleans.Dpo.Bench.Trainer;

// The trainer beside a plain PyTorch loop (bench/peers): same libtorch, one pinned thread, alternating blocks. docs/benchmarks.md says how to read it.
// Usage: [--measure same-work,real-work,components,generation,scale] [--blocks N] [--state FILE] [--json FILE] [--cpu N]
// --state keeps the blocks of earlier calls, so that a long measurement can be made in parts. With --inner: one side of one block.
var options = args.Chunk(2).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
if (options.TryGetValue("--inner", out var job))
{
    return InnerRun.Start(job, JsonSerializer.Deserialize<BenchJob>(File.ReadAllText(options["--job"]), BenchJob.Format)!);
}

if (options.TryGetValue("--gpu", out var place))
{
    var (course, sound) = new GpuRun(place, options.GetValueOrDefault("--python", Sides.Python)).Run();
    var text = JsonSerializer.Serialize(course, BenchJob.Format);
    Console.WriteLine(text);
    if (options.TryGetValue("--json", out var target))
    {
        File.WriteAllText(target, text + "\n");
    }

    return sound ? 0 : 1;
}

int? blocks = options.TryGetValue("--blocks", out var number) ? int.Parse(number, CultureInfo.InvariantCulture) : null;
var sides = new Sides(options.GetValueOrDefault("--cpu", "0"));
var log = new BlockLog(options.GetValueOrDefault("--state"));
var rows = new List<object>();
foreach (var measure in options.GetValueOrDefault("--measure", "same-work,real-work,components,generation,scale").Split(','))
{
    Console.Error.WriteLine($"{measure} …");
    rows.AddRange(measure switch
    {
        "same-work" => SameWork.Measure(sides, log, blocks ?? 12),
        "real-work" => RealWork.Measure(sides, log, blocks ?? 5),
        "components" => Components.Measure(sides, log, blocks ?? 3),
        "generation" => GenerationRuns.Measure(sides, log, blocks ?? 4),
        "scale" => Scale.Measure(sides, [1_000, 10_000, 100_000]),
        _ => throw new ArgumentException($"There is no measure {measure}."),
    });
}

var json = JsonSerializer.Serialize(rows, BenchJob.Format);
Console.WriteLine(json);
if (options.TryGetValue("--json", out var file))
{
    File.WriteAllText(file, json + "\n");
}

return 0;
