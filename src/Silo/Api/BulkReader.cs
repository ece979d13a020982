using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Orleans.Dpo.Grains.Formats;

namespace Orleans.Dpo.Silo.Api;

/// <summary>A row of a bulk body that cannot be read. Nothing of the body is applied.</summary>
/// <param name="line">Line of JSON lines, or position in the array, from 1.</param>
/// <param name="field">Which member, when known.</param>
/// <param name="message">What is wrong.</param>
internal sealed class BulkRowException(int line, string? field, string message) : Exception(message)
{
    public int Line { get; } = line;

    public string? Field { get; } = field;
}

/// <summary>Reads bulk bodies: a JSON array, or JSON lines when the content type is <c>application/x-ndjson</c>.</summary>
internal static class BulkReader
{
    public const long MaxBytes = 64L << 20;

    /// <summary>All rows, checked for form before the caller applies the first one.</summary>
    public static async Task<List<T>> ReadAsync<T>(HttpRequest request, int maxRows, CancellationToken cancellationToken) where T : notnull
    {
        var rows = new List<T>();
        var source = IsLines(request) ? LinesAsync<T>(request.Body, cancellationToken) : ArrayAsync<T>(request, cancellationToken);
        await foreach (var row in source)
        {
            rows.Add(row);
            if (rows.Count > maxRows)
            {
                throw new BulkRowException(rows.Count, null, $"The body has more than {maxRows} rows; send them in several requests.");
            }
        }

        return rows;
    }

    private static bool IsLines(HttpRequest request)
    {
        var type = request.ContentType?.Split(';')[0].Trim();
        return type is "application/x-ndjson" or "application/jsonl" || (type is null or "application/json"
            ? false
            : throw new BadHttpRequestException("Unsupported content type.", StatusCodes.Status415UnsupportedMediaType));
    }

    private static async IAsyncEnumerable<T> LinesAsync<T>(Stream body, [EnumeratorCancellation] CancellationToken cancellationToken) where T : notnull
    {
        using var reader = new StreamReader(body, new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: false);
        for (var line = 1; await ReadLineAsync(reader, line, cancellationToken) is { } text; line++)
        {
            if (!string.IsNullOrWhiteSpace(text))
            {
                yield return Parse<T>(text, line);
            }
        }
    }

    private static async Task<string?> ReadLineAsync(StreamReader reader, int line, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadLineAsync(cancellationToken);
        }
        catch (DecoderFallbackException)
        {
            throw new BulkRowException(line, null, $"Line {line} or a line near it is not UTF-8.");
        }
    }

    private static async IAsyncEnumerable<T> ArrayAsync<T>(HttpRequest request, [EnumeratorCancellation] CancellationToken cancellationToken) where T : notnull
    {
        var line = 1;
        var elements = JsonSerializer.DeserializeAsyncEnumerable<JsonElement>(request.Body, ApiJson.Options, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (elements)
        {
            while (await NextAsync(elements, line))
            {
                yield return Parse<T>(elements.Current, line++);
            }
        }
    }

    private static async Task<bool> NextAsync(IAsyncEnumerator<JsonElement> elements, int line)
    {
        try
        {
            return await elements.MoveNextAsync();
        }
        catch (JsonException e)
        {
            throw new BulkRowException(line, null, $"The body is not a JSON array: {e.Message}");
        }
    }

    private static T Parse<T>(string text, int line) where T : notnull
    {
        try
        {
            return JsonText.IsWhole(Encoding.UTF8.GetBytes(text))
                ? JsonSerializer.Deserialize<T>(text, ApiJson.Options) ?? throw new BulkRowException(line, null, $"Line {line} is null.")
                : throw new BulkRowException(line, null, $"Line {line}: {JsonText.Fault}");
        }
        catch (JsonException e)
        {
            throw new BulkRowException(line, ProblemMiddleware.Field(e.Path), $"Line {line}: {e.Message}");
        }
    }

    private static T Parse<T>(JsonElement element, int line) where T : notnull
    {
        try
        {
            return JsonText.IsWhole(element)
                ? element.Deserialize<T>(ApiJson.Options) ?? throw new BulkRowException(line, null, $"Row {line} is null.")
                : throw new BulkRowException(line, null, $"Row {line}: {JsonText.Fault}");
        }
        catch (JsonException e)
        {
            throw new BulkRowException(line, ProblemMiddleware.Field(e.Path), $"Row {line}: {e.Message}");
        }
    }
}
