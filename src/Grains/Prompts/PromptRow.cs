using System.Text.Json;
using System.Text.Json.Nodes;
using Orleans.Dpo.Grains.Formats;

namespace Orleans.Dpo.Grains.Prompts;

/// <summary>One line of a prompt segment: <c>{"prompt":text or messages,"prompt_id":"pr_…"}</c>, canonical JSON. Job inputs carry the same line.</summary>
/// <param name="Id">The prompt.</param>
/// <param name="Content">What is answered.</param>
public sealed record PromptRow(PromptId Id, PromptContent Content)
{
    /// <summary>The line with its line feed.</summary>
    public byte[] ToLine() => CanonicalJson.Line(new JsonObject { ["prompt_id"] = Id.Value, ["prompt"] = Content.ToJson() });

    /// <summary>Reads a line.</summary>
    /// <exception cref="FormatException">The line is not a prompt row.</exception>
    public static PromptRow Parse(ReadOnlyMemory<byte> line)
    {
        using var document = JsonDocument.Parse(line);
        var content = PromptContent.FromJson(document.RootElement.GetProperty("prompt"), out var fault) ?? throw new FormatException(fault);
        return new(StringId.Parse<PromptId>(document.RootElement.GetProperty("prompt_id").GetString()), content);
    }
}
