using System.Text.Json;

namespace Orleans.Dpo.Trainer.Reports;

/// <summary>The texts of some rows, read from the row file where it is still there.</summary>
internal static class SuspectRows
{
    private static readonly string[] s_fields = ["prompt", "chosen", "rejected"];

    /// <returns>By line: the name and the text of each field.</returns>
    public static Dictionary<int, (string Name, string Text)[]> Read(string? file, IReadOnlySet<int> lines)
    {
        var rows = new Dictionary<int, (string, string)[]>();
        if (file is null || !File.Exists(file))
        {
            return rows;
        }

        var number = 0;
        foreach (var line in File.ReadLines(file))
        {
            if (lines.Contains(++number) && Fields(line) is { } fields)
            {
                rows[number] = fields;
            }
        }

        return rows;
    }

    private static (string, string)[]? Fields(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return [.. s_fields
                .Where(field => document.RootElement.ValueKind is JsonValueKind.Object && document.RootElement.TryGetProperty(field, out _))
                .Select(field => (field, Spoken(document.RootElement.GetProperty(field))))];
        }
        catch (JsonException)
        {
            return null;    // the file is no longer the one that was trained on
        }
    }

    /// <summary>Plain text as it is, messages one after another with their roles.</summary>
    private static string Spoken(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Array => string.Join("\n\n", value.EnumerateArray().Select(message => message.ValueKind is JsonValueKind.Object
            && message.TryGetProperty("role", out var role) && message.TryGetProperty("content", out var content)
                ? $"{role}: {content}"
                : message.GetRawText())),
        _ => value.GetRawText(),
    };
}
