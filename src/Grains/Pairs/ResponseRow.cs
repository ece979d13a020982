using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Prompts;

namespace Orleans.Dpo.Grains.Pairs;

/// <summary>One line of <c>projects/p/responses/bucket/segment.jsonl</c>: a text, who wrote it, and how. Unknown facts are left out.</summary>
public sealed record ResponseRow
{
    /// <summary>The response.</summary>
    public required ResponseId ResponseId { get; init; }

    /// <summary>The prompt it answers.</summary>
    public required PromptId PromptId { get; init; }

    /// <summary>A policy (<c>p3</c>) or the name of an outside source.</summary>
    public required string Source { get; init; }

    /// <summary>The text.</summary>
    public required string Text { get; init; }

    /// <summary>Response tokens with the end token.</summary>
    public int? Tokens { get; init; }

    /// <summary>Σ log π(token) under its own policy; nats.</summary>
    public double? LogProb { get; init; }

    /// <summary>The same under π0.</summary>
    public double? ReferenceLogProb { get; init; }

    /// <summary>Softmax temperature.</summary>
    public double? Temperature { get; init; }

    /// <summary>Nucleus share.</summary>
    public double? TopP { get; init; }

    /// <summary>Number of the sample for its prompt.</summary>
    public int? Sample { get; init; }

    /// <summary>Seed of its random stream.</summary>
    public long? Seed { get; init; }

    /// <summary>The line with its line feed.</summary>
    public byte[] ToLine() => [.. JsonSerializer.SerializeToUtf8Bytes(this, JobJson.Line), (byte)'\n'];

    /// <summary>Reads a line without its line feed.</summary>
    /// <exception cref="JsonException">The line is not a response row.</exception>
    public static ResponseRow Parse(ReadOnlyMemory<byte> line) =>
        JsonSerializer.Deserialize<ResponseRow>(line.Span, JobJson.Line) ?? throw new JsonException("A response segment has an empty row.");
}
