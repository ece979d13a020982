using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.ML.Tokenizers;

namespace Orleans.Dpo.Trainer.Tokenization;

/// <summary>Cuts a text by <see cref="PieceRules"/>, reading whole code points; every character is in exactly one piece.</summary>
/// <remarks>A .NET expression would see a letter outside the basic plane as two surrogates and call it punctuation.</remarks>
internal sealed class PiecePreTokenizer(PieceRules rules) : PreTokenizer
{
    private static readonly string[] s_contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

    private enum Kind
    {
        Letter,
        Number,
        Space,
        Other,
    }

    public override IEnumerable<(int Offset, int Length)> PreTokenize(string text) => PreTokenize(text.AsSpan());

    public override IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text)
    {
        var pieces = new List<(int, int)>(text.Length / 4);
        if (!rules.DigitsApart)
        {
            Cut(text, 0, pieces);
            return pieces;
        }

        var start = 0;
        for (var i = 0; i < text.Length;)
        {
            var next = i + Read(text[i..], out var kind);
            if (kind is Kind.Number)
            {
                Cut(text[start..i], start, pieces);
                pieces.Add((i, next - i));
                start = next;
            }

            i = next;
        }

        Cut(text[start..], start, pieces);
        return pieces;
    }

    private void Cut(ReadOnlySpan<char> text, int offset, List<(int, int)> pieces)
    {
        for (var i = 0; i < text.Length;)
        {
            var length = rules.Newlines ? Llama3Piece(text[i..]) : Gpt2Piece(text[i..]);
            pieces.Add((offset + i, length));
            i += length;
        }
    }

    private static int Gpt2Piece(ReadOnlySpan<char> text)
    {
        if (Contraction(text, StringComparison.Ordinal) is > 0 and var contraction)
        {
            return contraction;
        }

        var lead = text[0] == ' ' && text.Length > 1 ? 1 : 0;
        Read(text[lead..], out var kind);
        return kind is Kind.Space ? Whitespace(text) : lead + Run(text[lead..], kind);
    }

    private int Llama3Piece(ReadOnlySpan<char> text)
    {
        if (Contraction(text, StringComparison.OrdinalIgnoreCase) is > 0 and var contraction)
        {
            return contraction;
        }

        var first = Read(text, out var kind);
        if (kind is Kind.Letter)
        {
            return Run(text, Kind.Letter);
        }

        if (kind is Kind.Number)
        {
            return Run(text, Kind.Number, rules.LongestNumber);
        }

        // Any one character but a line end may lead a word.
        if (text[0] is not ('\r' or '\n') && Run(text[first..], Kind.Letter) is > 0 and var word)
        {
            return first + word;
        }

        var lead = text[0] == ' ' ? 1 : 0;
        var others = Run(text[lead..], Kind.Other);
        if (others > 0)
        {
            var end = lead + others;
            while (end < text.Length && text[end] is '\r' or '\n')
            {
                end++;
            }

            return end;
        }

        var spaces = Run(text, Kind.Space);
        var lastLineEnd = text[..spaces].LastIndexOfAny('\r', '\n');
        return lastLineEnd >= 0 ? lastLineEnd + 1 : Whitespace(text);
    }

    // A run of whitespace leaves its last character to the word that follows, when it has more than one.
    private static int Whitespace(ReadOnlySpan<char> text)
    {
        var run = Run(text, Kind.Space);
        return run == text.Length || run == 1 ? run : run - 1;
    }

    private static int Contraction(ReadOnlySpan<char> text, StringComparison comparison)
    {
        if (text[0] != '\'' || text.Length < 2)
        {
            return 0;
        }

        foreach (var contraction in s_contractions)
        {
            if (text.StartsWith(contraction, comparison))
            {
                return contraction.Length;
            }
        }

        // The long s is an s when case is ignored.
        return comparison is StringComparison.OrdinalIgnoreCase && text[1] == '\u017F' ? 2 : 0;
    }

    private static int Run(ReadOnlySpan<char> text, Kind kind, int limit = int.MaxValue)
    {
        var end = 0;
        for (var count = 0; count < limit && end < text.Length; count++)
        {
            var length = Read(text[end..], out var found);
            if (found != kind)
            {
                break;
            }

            end += length;
        }

        return end;
    }

    private static int Read(ReadOnlySpan<char> text, out Kind kind)
    {
        if (char.IsAsciiLetter(text[0]))
        {
            kind = Kind.Letter;
            return 1;
        }

        // A lone surrogate reads as U+FFFD, one unit long.
        var status = Rune.DecodeFromUtf16(text, out var rune, out var length);
        kind = status is not OperationStatus.Done ? Kind.Other : Rune.IsWhiteSpace(rune) ? Kind.Space : Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
                or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => Kind.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Kind.Number,
            _ => Kind.Other,
        };
        return length;
    }
}
