using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Orleans.Dpo.Grains.Formats;

namespace Orleans.Dpo.Silo.Imports;

/// <summary>Reads a file row by row, never as a whole. A broken line of JSON lines is one row with a fault; a broken array ends with one.</summary>
internal static class SourceRows
{
    /// <summary>Rows of JSON lines.</summary>
    public static async IAsyncEnumerable<SourceRow> LinesAsync(Stream content, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(content, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: false), leaveOpen: true);
        for (var line = 1; await reader.ReadLineAsync(cancellationToken) is { } text; line++)
        {
            if (!string.IsNullOrWhiteSpace(text))
            {
                yield return Parse(text, line);
            }
        }
    }

    /// <summary>Elements of one JSON array.</summary>
    public static async IAsyncEnumerable<SourceRow> ArrayAsync(Stream content, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (line, isBroken) = (0, false);
        await using var elements = JsonSerializer.DeserializeAsyncEnumerable<JsonElement>(content, cancellationToken: cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            SourceRow row;
            try
            {
                line++;
                if (!await elements.MoveNextAsync())
                {
                    yield break;
                }

                row = Whole(line, elements.Current);
            }
            catch (JsonException broken)
            {
                row = new(line, default, $"the body is not a JSON array: {broken.Message}");
                isBroken = true;
            }

            yield return row;
            if (isBroken)
            {
                yield break;
            }
        }
    }

    private static SourceRow Parse(string text, int line)
    {
        // Bytes that are no UTF-8 were read as this character; kept silently they would be another text than the file's.
        if (text.Contains('�', StringComparison.Ordinal))
        {
            return new(line, default, "the line is not UTF-8.");
        }

        try
        {
            return Whole(line, JsonSerializer.Deserialize<JsonElement>(text));
        }
        catch (JsonException broken)
        {
            return new(line, default, $"the line is not JSON: {broken.Message}");
        }
    }

    private static SourceRow Whole(int line, JsonElement content) => JsonText.IsWhole(content) ? new(line, content) : new(line, default, JsonText.Fault);
}
