namespace Orleans.Dpo.Trainer.Tokenization;

/// <summary>How a text is cut before merges apply: the known expressions differ in these points only.</summary>
/// <param name="Newlines">Llama-3's form: any character may lead a word, punctuation takes line ends along, line ends close a piece.</param>
/// <param name="LongestNumber">Digits in one piece, 0 for any number of them with a space before.</param>
/// <param name="DigitsApart">Whether each digit is cut off before anything else.</param>
internal sealed record PieceRules(bool Newlines, int LongestNumber, bool DigitsApart = false)
{
    private const string Llama3Start = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|";
    private const string Llama3End = @"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string Gpt2End = @" ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    private static readonly Dictionary<string, PieceRules> s_known = new()
    {
        ["'s|'t|'re|'ve|'m|'ll|'d|" + Gpt2End] = new(Newlines: false, LongestNumber: 0),
        ["'(?:[sdmt]|ll|ve|re)|" + Gpt2End] = new(Newlines: false, LongestNumber: 0),
        [Llama3Start + @"\p{N}{1,3}" + Llama3End] = new(Newlines: true, LongestNumber: 3),
        [Llama3Start + @"\p{N}" + Llama3End] = new(Newlines: true, LongestNumber: 1),
    };

    /// <summary>GPT-2's expression, the one that a ByteLevel pre-tokenizer brings along.</summary>
    public static PieceRules Gpt2 { get; } = new(Newlines: false, LongestNumber: 0);

    /// <summary>The rules of an expression, or null when it is none of GPT-2's, Llama-3's and Qwen's.</summary>
    public static PieceRules? Of(string expression) => s_known.GetValueOrDefault(expression);
}
