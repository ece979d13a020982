using System.Text.Json;
using System.Text.Json.Nodes;
using Orleans.Dpo.Grains.Formats;

namespace Orleans.Dpo.Grains.Prompts;

/// <summary>One line of a prompt segment: <c>{"lang":"de","prompt":text or messages,"prompt_id":"pr_…","tags":["a"]}</c>, canonical JSON; <c>lang</c> and <c>tags</c> only where there are some. Job inputs carry the same line.</summary>
/// <param name="Id">The prompt: a hash of its content alone.</param>
/// <param name="Content">What is answered.</param>
/// <param name="Labels">Language and tags, or null.</param>
public sealed record PromptRow(PromptId Id, PromptContent Content, PromptLabels? Labels = null)
{
    /// <summary>The line with its line feed.</summary>
    public byte[] ToLine()
    {
        var row = new JsonObject { ["prompt_id"] = Id.Value, ["prompt"] = Content.ToJson() };
        Labels?.AddTo(row);
        return CanonicalJson.Line(row);
    }

    /// <summary>Reads a line.</summary>
    /// <exception cref="FormatException">The line is not a prompt row.</exception>
    public static PromptRow Parse(ReadOnlyMemory<byte> line)
    {
        using var document = JsonDocument.Parse(line);
        var content = PromptContent.FromJson(document.RootElement.GetProperty("prompt"), out var fault) ?? throw new FormatException(fault);
        var labels = PromptLabels.FromJson(document.RootElement, out var wrong);
        return wrong is { } label ? throw new FormatException(label.Message) : new(StringId.Parse<PromptId>(document.RootElement.GetProperty("prompt_id").GetString()), content, labels);
    }
}
