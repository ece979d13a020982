using System.Globalization;
using System.Text;

namespace Orleans.Dpo.Trainer.Tokenization;

/// <summary>Finds added tokens in a text: the leftmost first, the longest of those that start there.</summary>
internal sealed class AddedTokenSplitter
{
    private readonly Dictionary<char, AddedToken[]> _byFirst;
    private readonly char[] _firsts;

    public AddedTokenSplitter(IEnumerable<AddedToken> tokens)
    {
        _byFirst = tokens.Where(t => t.Content.Length > 0)
            .GroupBy(t => t.Content[0])
            .ToDictionary(g => g.Key, g => g.OrderByDescending(t => t.Content.Length).ToArray());
        _firsts = [.. _byFirst.Keys];
    }

    /// <summary>Calls <paramref name="text"/> for what lies between tokens and <paramref name="token"/> for each token, in order.</summary>
    public void Split(string source, Action<string> text, Action<int> token)
    {
        var start = 0;
        for (var i = Next(source, 0); i >= 0;)
        {
            if (Longest(source, i) is not { } found)
            {
                i = Next(source, i + 1);
                continue;
            }

            var (first, end) = (i, i + found.Content.Length);
            if (found.WordOnly && (EndsInWord(source.AsSpan(0, first)) || BeginsWithWord(source.AsSpan(end))))
            {
                i = Next(source, end);
                continue;
            }

            if (found.TakesSpaceBefore)
            {
                first = Math.Max(start, source.AsSpan(0, first).TrimEnd().Length);
            }

            if (found.TakesSpaceBehind)
            {
                end = source.Length - source.AsSpan(end).TrimStart().Length;
            }

            if (first > start)
            {
                text(source[start..first]);
            }

            token(found.Id);
            start = end;
            i = Next(source, start);
        }

        if (start < source.Length)
        {
            text(start == 0 ? source : source[start..]);
        }
    }

    private int Next(string source, int from)
    {
        var found = _firsts.Length == 0 ? -1 : source.AsSpan(from).IndexOfAny(_firsts);
        return found < 0 ? -1 : from + found;
    }

    private AddedToken? Longest(string source, int at)
    {
        foreach (var token in _byFirst[source[at]])
        {
            if (string.CompareOrdinal(source, at, token.Content, 0, token.Content.Length) == 0)
            {
                return token;
            }
        }

        return null;
    }

    private static bool EndsInWord(ReadOnlySpan<char> text) => !text.IsEmpty && Rune.DecodeLastFromUtf16(text, out var last, out _) is System.Buffers.OperationStatus.Done && IsWord(last);

    private static bool BeginsWithWord(ReadOnlySpan<char> text) => !text.IsEmpty && Rune.DecodeFromUtf16(text, out var first, out _) is System.Buffers.OperationStatus.Done && IsWord(first);

    // What \w means to the library that writes these files: letters, marks, digits, numbers that are letters, connectors and joiners.
    private static bool IsWord(Rune rune) => rune.Value is 0x200C or 0x200D or (>= 0x24B6 and <= 0x24E9) || Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter
        or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark
        or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.ConnectorPunctuation;
}
