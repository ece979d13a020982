using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using System.Text.Unicode;

namespace Orleans.Dpo.Silo.Imports;

/// <summary>Reads a file row by row, never as a whole. A broken line of JSON lines is one row with a fault; a broken array ends with one.</summary>
internal static class SourceRows
{
    /// <summary>Longest row.</summary>
    public const int MostBytes = 8 << 20;

    private const int BufferBytes = 1 << 16;

    /// <summary>Rows of JSON lines.</summary>
    public static async IAsyncEnumerable<SourceRow> LinesAsync(Stream content, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pipe = PipeReader.Create(content, new StreamPipeReaderOptions(bufferSize: BufferBytes, minimumReadSize: BufferBytes / 4, leaveOpen: true));
        var (line, skips, ended) = (1, false, false);
        while (!ended)
        {
            var read = await pipe.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                if (Parse(buffer.Slice(0, end), line, skips) is { } row)
                {
                    yield return row;
                }

                (line, skips, buffer) = (line + 1, false, buffer.Slice(buffer.GetPosition(1, end)));
            }

            ended = read.IsCompleted;
            if (ended && Parse(buffer, line, skips) is { } last)
            {
                yield return last;
            }

            // What is too long is let go as it comes.
            skips |= buffer.Length > MostBytes;
            buffer = skips ? buffer.Slice(buffer.End) : buffer;
            pipe.AdvanceTo(buffer.Start, buffer.End);
        }

        await pipe.CompleteAsync();
    }

    /// <summary>Elements of one JSON array.</summary>
    public static async IAsyncEnumerable<SourceRow> ArrayAsync(Stream content, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var line = 0;
        await using var limited = new RowLimitedStream(content, 2 * MostBytes);
        await using var elements = JsonSerializer.DeserializeAsyncEnumerable<JsonElement>(limited, cancellationToken: cancellationToken).GetAsyncEnumerator(cancellationToken);
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

                limited.NextRow();
                row = Whole(line, elements.Current, JsonMarshal.GetRawUtf8Value(elements.Current).Length);
            }
            catch (JsonException broken)
            {
                row = new(line, default, 0, $"the body is not a JSON array: {broken.Message}");
            }

            yield return row;
            if (row is { Fault: not null, Bytes: 0 })
            {
                yield break;
            }
        }
    }

    private static SourceRow? Parse(ReadOnlySequence<byte> bytes, int line, bool skipped)
    {
        if (skipped || bytes.Length > MostBytes)
        {
            return new(line, default, MostBytes, $"the line is longer than {MostBytes >> 20} MiB.");
        }

        var text = bytes.IsSingleSegment ? bytes.FirstSpan : bytes.ToArray();
        text = (line is 1 && text.StartsWith(Encoding.UTF8.Preamble) ? text[Encoding.UTF8.Preamble.Length..] : text).Trim(" \t\r"u8);
        if (text.IsEmpty)
        {
            return null;
        }

        if (!Utf8.IsValid(text))
        {
            return new(line, default, text.Length, "the line is not UTF-8.");
        }

        try
        {
            return Whole(line, JsonSerializer.Deserialize<JsonElement>(text), text.Length);
        }
        catch (JsonException broken)
        {
            return new(line, default, text.Length, $"the line is not JSON: {broken.Message}");
        }
    }

    private static SourceRow Whole(int line, JsonElement content, int bytes) => JsonText.IsWhole(content) ? new(line, content, bytes) : new(line, default, bytes, JsonText.Fault);
}
