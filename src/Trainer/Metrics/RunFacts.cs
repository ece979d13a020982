using System.Collections.Immutable;
using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Trainer.Checkpoints;

namespace Orleans.Dpo.Trainer.Metrics;

/// <summary>What a run is, written to <c>run.json</c> beside its metrics when it begins, so that a report needs nothing but the folder.</summary>
internal sealed record RunFacts
{
    public const string FileName = "run.json";

    public int Format { get; init; } = 1;

    /// <summary>Everything that changes a bit of the result, hashes among it.</summary>
    public required ImmutableSortedDictionary<string, string> Run { get; init; }

    /// <summary>The row file as it was named.</summary>
    public required string Data { get; init; }

    /// <summary>The start policy as it was named.</summary>
    public required string Model { get; init; }

    public int Rows { get; init; }

    /// <summary>Rows left out by rule <c>drop-too-long</c>; null where the stage does not count them.</summary>
    public int? RowsTooLong { get; init; }

    public int Steps { get; init; }

    public double StepZeroLoss { get; init; }

    /// <summary>The checks before the first update in words, or empty where the stage has none.</summary>
    public string StepZeroCheck { get; init; } = "";

    /// <summary>How the run ended where it did not reach its last step.</summary>
    public string? Failure { get; init; }

    public void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        DurableFolder.ReplaceFile(Path.Combine(folder, FileName), JsonSerializer.SerializeToUtf8Bytes(this, JobJson.File));
    }

    public static RunFacts? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        return File.Exists(path) ? JsonSerializer.Deserialize<RunFacts>(File.ReadAllBytes(path), JobJson.File) : null;
    }
}
