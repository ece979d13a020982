using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Prompts;

namespace Orleans.Dpo.Silo.Imports;

/// <summary>A practice pair as its blob has it: texts, the right answer (a: <c>response_a</c>), and what the guideline says of it.</summary>
internal sealed record PracticeRow(PromptContent Prompt, string ResponseA, string ResponseB, string Right, string Explanation)
{
    private const int MostExplanation = 2000;

    /// <summary>The right answer.</summary>
    public Choice Answer => GoldRow.AnswerOf(Right) ?? throw new FormatException($"'{Right}' is no answer.");

    /// <summary>Reads a row of a request.</summary>
    /// <exception cref="ImportRowException">The row is malformed.</exception>
    public static PracticeRow Read(JsonElement row, int line)
    {
        var prompt = PromptImport.Read(row, line).Content;
        var (a, b) = (Text(row, line, "response_a"), Text(row, line, "response_b"));
        if (a == b)
        {
            throw new ImportRowException(line, "response_b", "response_a and response_b are the same text; there is nothing to compare.");
        }

        var explanation = Text(row, line, "explanation");
        return GoldRow.AnswerOf(Text(row, line, "right")) is null ? throw new ImportRowException(line, "right", "right must be a, b, tie or both_bad.")
            : explanation.Length > MostExplanation ? throw new ImportRowException(line, "explanation", $"explanation has at most {MostExplanation} characters.")
            : new(prompt, a, b, row.GetProperty("right").GetString()!, explanation);
    }

    /// <summary>Reads a blob.</summary>
    public static PracticeRow Parse(ReadOnlyMemory<byte> blob)
    {
        using var document = JsonDocument.Parse(blob);
        return Read(document.RootElement, 1);
    }

    /// <summary>The blob's text.</summary>
    public byte[] ToBytes() => Encoding.UTF8.GetBytes(CanonicalJson.Write(new JsonObject
    {
        ["explanation"] = Explanation, ["prompt"] = Prompt.ToJson(), ["response_a"] = ResponseA, ["response_b"] = ResponseB, ["right"] = Right,
    }));

    /// <summary>The pair, named by its texts: another explanation or answer is the same pair changed.</summary>
    public PracticeItem ToItem(string project)
    {
        var id = ContentHash.Id("pt", Prompt.Canonical().ReplaceLineEndings("\\n"), ContentHash.Hex(ResponseA), ContentHash.Hex(ResponseB));
        return new() { Id = id, Blob = $"projects/{project}/practice/{id}-{ContentHash.Hex(ToBytes())[..12]}.json", Right = Answer };
    }

    private static string Text(JsonElement row, int line, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String && value.GetString() is { } text && !string.IsNullOrWhiteSpace(text)
            ? text
            : throw new ImportRowException(line, name, $"{name} must be a text that is not empty.");
}
