using System.Text.Json;

namespace Orleans.Dpo.Bench.Trainer;

/// <summary>What both sides of a block are told; the file that bench/peers reads.</summary>
internal sealed record BenchJob
{
    /// <summary>Model folder.</summary>
    public required string Model { get; init; }

    /// <summary>Rows as token ids, for the peer; the texts are the same path without <c>.ids</c>.</summary>
    public string Rows { get; init; } = "";

    /// <summary>Row numbers of each step.</summary>
    public int[][] Steps { get; init; } = [];

    /// <summary>Learning rate of each step.</summary>
    public double[] Rates { get; init; } = [];

    public double Beta { get; init; } = 0.1;

    public double Clip { get; init; } = 1;

    public string Out { get; init; } = "";

    /// <summary>Where reference log-probabilities are kept.</summary>
    public string Cache { get; init; } = "";

    public int Batch { get; init; } = 8;

    public int Threads { get; init; } = 1;

    public long Seed { get; init; }

    public double LearningRate { get; init; } = 1e-5;

    public string Texts => Rows.EndsWith(".ids", StringComparison.Ordinal) ? Rows[..^4] : Rows;

    public static JsonSerializerOptions Format { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
