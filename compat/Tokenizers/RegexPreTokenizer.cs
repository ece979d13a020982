using System.Text.RegularExpressions;

namespace Microsoft.ML.Tokenizers;

/// <summary>The matches of a regular expression are the pieces; text between matches is dropped.</summary>
/// <remarks>
/// The expression sees UTF-16 units, so a letter outside the basic plane is two surrogates, not a letter. Each match starts on a slice from
/// the end of the last one: anchors and lookbehind do not see what was before.
/// </remarks>
public sealed class RegexPreTokenizer : PreTokenizer
{
    private readonly Regex _regex;
    private readonly Regex? _specialTokens;
    /// <param name="regex">Finds one piece; it must not match the empty string.</param>
    /// <param name="specialTokens">Texts kept whole, tried in dictionary order before the expression.</param>
    public RegexPreTokenizer(Regex regex, IReadOnlyDictionary<string, int>? specialTokens)
    {
        ArgumentNullException.ThrowIfNull(regex);
        _regex = regex;
        if (specialTokens is { Count: > 0 })
        {
            _specialTokens = new Regex(string.Join('|', specialTokens.Keys.Select(Regex.Escape)), RegexOptions.Compiled);
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<(int Offset, int Length)> PreTokenize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return PreTokenize(text.AsSpan());
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The expression matched the empty string, on which the package would not return.</exception>
    public override IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text)
    {
        var pieces = new List<(int, int)>();
        var start = 0;
        if (_specialTokens is not null)
        {
            foreach (var special in _specialTokens.EnumerateMatches(text))
            {
                Cut(text, start, special.Index, pieces);
                pieces.Add((special.Index, special.Length));
                start = special.Index + special.Length;
            }
        }

        Cut(text, start, text.Length, pieces);
        return pieces;
    }

    private void Cut(ReadOnlySpan<char> text, int start, int end, List<(int Offset, int Length)> pieces)
    {
        while (start < end)
        {
            var matches = _regex.EnumerateMatches(text[start..end]);
            if (!matches.MoveNext())
            {
                return;
            }

            var match = matches.Current;
            if (match.Length == 0)
            {
                throw new InvalidOperationException("The expression of a pre-tokenizer matched the empty string; it would match there for ever.");
            }

            pieces.Add((start + match.Index, match.Length));
            start += match.Index + match.Length;
        }
    }
}
