using System.Buffers;
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

    // A person's judgments are a few hundred bytes each.
    private const int InOnePiece = 1 << 16;

    /// <summary>All rows, checked for form before the caller applies the first one.</summary>
    public static async Task<List<T>> ReadAsync<T>(HttpRequest request, int maxRows, CancellationToken cancellationToken) where T : notnull
    {
        if (IsLines(request))
        {
            return await CollectAsync(LinesAsync<T>(request.Body, cancellationToken), maxRows);
        }

        if (request.ContentLength is not (> 0 and <= InOnePiece and var length))
        {
            return await CollectAsync(ArrayAsync<T>(request.Body, cancellationToken), maxRows);
        }

        var piece = ArrayPool<byte>.Shared.Rent((int)length);
        try
        {
            var body = piece.AsMemory(0, (int)length);
            await request.Body.ReadExactlyAsync(body, cancellationToken);

            // What is wrong with a body is said by the reader that goes row by row.
            return TryReadWhole<T>(body.Span, maxRows) ?? await CollectAsync(ArrayAsync<T>(new MemoryStream(piece, 0, body.Length), cancellationToken), maxRows);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    private static List<T>? TryReadWhole<T>(ReadOnlySpan<byte> body, int maxRows) where T : notnull
    {
        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = ApiJson.Options.MaxDepth });
            if (!reader.Read() || reader.TokenType is not JsonTokenType.StartArray)
            {
                return null;
            }

            var rows = new List<T>(1);
            while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
            {
                if (rows.Count == maxRows || JsonSerializer.Deserialize<T>(ref reader, ApiJson.Options) is not { } row)
                {
                    return null;
                }

                rows.Add(row);
            }

            return reader.TokenType is JsonTokenType.EndArray && !reader.Read() && JsonText.IsWhole(body) ? rows : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async Task<List<T>> CollectAsync<T>(IAsyncEnumerable<T> source, int maxRows) where T : notnull
    {
        var rows = new List<T>();
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

    private static async IAsyncEnumerable<T> ArrayAsync<T>(Stream body, [EnumeratorCancellation] CancellationToken cancellationToken) where T : notnull
    {
        var line = 1;
        var elements = JsonSerializer.DeserializeAsyncEnumerable<JsonElement>(body, ApiJson.Options, cancellationToken).GetAsyncEnumerator(cancellationToken);
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
