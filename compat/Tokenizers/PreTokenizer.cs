using System.Text.RegularExpressions;

namespace Microsoft.ML.Tokenizers;

/// <summary>Cuts a text into the pieces that are encoded one by one. What it does not return is dropped from the text.</summary>
public abstract partial class PreTokenizer
{
    /// <summary>The pieces as UTF-16 offset and length.</summary>
    public abstract IEnumerable<(int Offset, int Length)> PreTokenize(string text);
    /// <summary>The pieces as UTF-16 offset and length.</summary>
    public abstract IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text);
    /// <summary>Runs of word characters and runs of anything else but whitespace; whitespace is dropped.</summary>
    /// <param name="specialTokens">Texts kept whole; the first that matches in dictionary order wins.</param>
    public static PreTokenizer CreateWordOrNonWord(IReadOnlyDictionary<string, int>? specialTokens = null)
        => new RegexPreTokenizer(WordOrNonWord(), specialTokens);

    [GeneratedRegex(@"\w+|[^\w\s]+")]
    private static partial Regex WordOrNonWord();
}
