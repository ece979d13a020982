using System.Text;

namespace Orleans.Dpo.Silo.Search;

/// <summary>Finds an ASCII text in bytes whatever its case: looks for its rarest letter and compares around it.</summary>
internal sealed class AsciiText
{
    // Letters as often as English has them; what is not here is rarer.
    private const string Frequent = " etaoinshrdlcumwfgypbvk";
    private readonly byte[] _text;
    private readonly int _rarest;
    private readonly byte _lower;
    private readonly byte _upper;

    public AsciiText(string text)
    {
        _text = Encoding.ASCII.GetBytes(text);
        _rarest = Enumerable.Range(0, text.Length).MaxBy(i => Frequent.IndexOf(char.ToLowerInvariant(text[i]), StringComparison.Ordinal) is var at and >= 0 ? at : Frequent.Length);
        (_lower, _upper) = ((byte)char.ToLowerInvariant((char)_text[_rarest]), (byte)char.ToUpperInvariant((char)_text[_rarest]));
    }

    /// <summary>The first byte of the next find at or behind <paramref name="from"/>, or -1.</summary>
    public int IndexIn(ReadOnlySpan<byte> bytes, int from)
    {
        for (var at = from + _rarest; at < bytes.Length; at++)
        {
            var next = bytes[at..].IndexOfAny(_lower, _upper);
            if (next < 0)
            {
                return -1;
            }

            at += next;
            var start = at - _rarest;
            if (start + _text.Length <= bytes.Length && Ascii.EqualsIgnoreCase(bytes.Slice(start, _text.Length), _text))
            {
                return start;
            }
        }

        return -1;
    }
}
