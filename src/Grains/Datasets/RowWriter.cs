using System.Buffers;
using System.Globalization;
using System.Text;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>
/// Writes canonical JSON lines (docs/formats/ids.md) straight to bytes. The caller names members in ordinal order; <see cref="Formats.CanonicalJson"/> is the slow form of the same text,
/// and a test holds the two together.
/// </summary>
internal sealed class RowWriter(BlockPool pool)
{
    private static readonly SearchValues<char> s_escaped = SearchValues.Create("\"\\\0\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f");

    // A character takes three bytes at most.
    private const int PieceOfText = 8192;
    private readonly BlockWriter _output = new(pool);
    private bool _first;

    /// <summary>What was written.</summary>
    public BlockWriter Written => _output;

    /// <summary>Begins a row, or an object within one.</summary>
    public void Begin()
    {
        Raw("{"u8);
        _first = true;
    }

    /// <summary>Ends a row with its line feed.</summary>
    public void EndLine() => Raw("}\n"u8);

    /// <summary>A member that is a text, or null.</summary>
    public void Text(ReadOnlySpan<byte> name, string? value)
    {
        Name(name);
        Quote(value);
    }

    /// <summary>A member that is an integer, or null.</summary>
    public void Whole(ReadOnlySpan<byte> name, long? value)
    {
        Name(name);
        if (value is { } number)
        {
            number.TryFormat(_output.GetSpan(20), out var length, default, CultureInfo.InvariantCulture);
            _output.Advance(length);
        }
        else
        {
            Raw("null"u8);
        }
    }

    /// <summary>A member that is a number with six decimals, or null.</summary>
    public void Number(ReadOnlySpan<byte> name, double? value)
    {
        Name(name);
        if (value is not { } number)
        {
            Raw("null"u8);
            return;
        }

        ArgumentOutOfRangeException.ThrowIfNotEqual(double.IsFinite(number), true, nameof(value));
        var span = _output.GetSpan(400);
        number.TryFormat(span, out var length, "F6", CultureInfo.InvariantCulture);
        if (span[..length].SequenceEqual("-0.000000"u8))
        {
            Raw("0.000000"u8);
            return;
        }

        _output.Advance(length);
    }

    /// <summary>A member that is true or false.</summary>
    public void Flag(ReadOnlySpan<byte> name, bool value)
    {
        Name(name);
        Raw(value ? "true"u8 : "false"u8);
    }

    /// <summary>A member that is a list of texts.</summary>
    public void Texts(ReadOnlySpan<byte> name, IEnumerable<string> values)
    {
        Name(name);
        Raw("["u8);
        var first = true;
        foreach (var value in values)
        {
            Raw(first ? ""u8 : ","u8);
            Quote(value);
            first = false;
        }

        Raw("]"u8);
    }

    /// <summary>A member that is a list of chat messages.</summary>
    public void Messages(ReadOnlySpan<byte> name, IEnumerable<Prompts.ChatMessage> messages)
    {
        Name(name);
        Raw("["u8);
        var first = true;
        foreach (var message in messages)
        {
            Raw(first ? "{\"content\":"u8 : ",{\"content\":"u8);
            Quote(message.Content);
            Raw(",\"role\":"u8);
            Quote(message.Role);
            Raw("}"u8);
            first = false;
        }

        Raw("]"u8);
    }

    /// <summary>A member that is a list of ratings.</summary>
    public void Aspects(ReadOnlySpan<byte> name, IEnumerable<Ledger.AspectRating> ratings)
    {
        Name(name);
        Raw("["u8);
        var first = true;
        foreach (var (aspect, value) in ratings)
        {
            Raw(first ? "{\"aspect\":"u8 : ",{\"aspect\":"u8);
            Quote(aspect);
            _first = false;
            Whole("rating"u8, value);
            Raw("}"u8);
            first = false;
        }

        Raw("]"u8);
    }

    private void Name(ReadOnlySpan<byte> name)
    {
        Raw(_first ? "\""u8 : ",\""u8);
        Raw(name);
        Raw("\":"u8);
        _first = false;
    }

    private void Quote(string? value)
    {
        if (value is null)
        {
            Raw("null"u8);
            return;
        }

        Raw("\""u8);
        for (var rest = value.AsSpan(); ;)
        {
            var at = rest.IndexOfAny(s_escaped);
            var plain = at < 0 ? rest : rest[..at];
            Plain(plain);
            if (at < 0)
            {
                break;
            }

            Escape(rest[at]);
            rest = rest[(at + 1)..];
        }

        Raw("\""u8);
    }

    private void Plain(ReadOnlySpan<char> text)
    {
        while (text.Length > 0)
        {
            var piece = text.Length <= PieceOfText ? text : text[..(char.IsHighSurrogate(text[PieceOfText - 1]) ? PieceOfText - 1 : PieceOfText)];
            _output.Advance(Encoding.UTF8.GetBytes(piece, _output.GetSpan(3 * piece.Length)));
            text = text[piece.Length..];
        }
    }

    private void Escape(char c)
    {
        switch (c)
        {
            case '"': Raw("\\\""u8); break;
            case '\\': Raw("\\\\"u8); break;
            case '\n': Raw("\\n"u8); break;
            case '\r': Raw("\\r"u8); break;
            case '\t': Raw("\\t"u8); break;
            case '\b': Raw("\\b"u8); break;
            case '\f': Raw("\\f"u8); break;
            default: Raw(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"))); break;
        }
    }

    private void Raw(ReadOnlySpan<byte> bytes) => _output.Write(bytes);
}
