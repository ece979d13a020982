using System.Buffers;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;

namespace Orleans.Dpo.Compat.Tests.Tokenizers;

public sealed class BpeTokenizerTests
{
    private const string Gpt2 = @"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    [Fact]
    public void The_earliest_merge_goes_first_and_leftmost()
    {
        // "ab" ranks before "bc", so abc is ab + c, never a + bc.
        var tokenizer = Make(["a", "b", "c", "ab", "bc", "abab"], ["a b", "b c", "ab ab"]);
        Assert.Equal([3, 2], tokenizer.EncodeToIds("abc"));
        Assert.Equal([5, 3], tokenizer.EncodeToIds("ababab"));
        Assert.Equal([4, 2], tokenizer.EncodeToIds("bcc"));
    }

    [Fact]
    public void String_and_span_give_the_same()
    {
        var tokenizer = ByteLevel();
        const string text = "the cat, the hat: 12 𐌰 é\n";
        Assert.Equal(tokenizer.EncodeToIds(text), tokenizer.EncodeToIds(text.AsSpan()));
        Assert.Equal(tokenizer.EncodeToIds(text).Count, tokenizer.CountTokens(text));
        Assert.Equal(tokenizer.CountTokens(text), tokenizer.CountTokens(text.AsSpan()));
        Assert.Equal(
            tokenizer.EncodeToTokens(text, out _).Select(t => (t.Id, t.Value)),
            tokenizer.EncodeToTokens(text.AsSpan(), out _).Select(t => (t.Id, t.Value)));
        Assert.Equal(text, tokenizer.Decode(tokenizer.EncodeToIds(text)));
    }

    [Fact]
    public void No_pre_tokenizer_means_words_and_non_words_without_whitespace()
    {
        var tokenizer = BpeTokenizer.Create(new BpeOptions(Bytes()) { ByteLevel = true });
        Assert.Equal("helloworld!", tokenizer.Decode(tokenizer.EncodeToIds("hello  world!\n")));
    }

    [Fact]
    public void Text_between_the_matches_of_an_expression_is_dropped()
    {
        var tokenizer = BpeTokenizer.Create(new BpeOptions(Bytes()) { ByteLevel = true, PreTokenizer = new RegexPreTokenizer(new Regex(@"\d+"), null) });
        Assert.Equal("1234", tokenizer.Decode(tokenizer.EncodeToIds("a12b34c")));
    }

    [Fact]
    public void An_expression_does_not_see_text_before_its_slice()
    {
        var pieces = new RegexPreTokenizer(new Regex("^."), null).PreTokenize("abc");
        Assert.Equal([(0, 1), (1, 1), (2, 1)], pieces);
    }

    [Fact]
    public void A_special_token_must_be_known_to_the_pre_tokenizer_too()
    {
        var specials = new Dictionary<string, int> { ["<end>"] = 300 };
        BpeTokenizer With(PreTokenizer pre) => BpeTokenizer.Create(new BpeOptions(Bytes()) { ByteLevel = true, SpecialTokens = specials, PreTokenizer = pre });
        var both = With(new RegexPreTokenizer(new Regex(Gpt2), specials));
        var one = With(new RegexPreTokenizer(new Regex(Gpt2), null));
        Assert.Equal(3, both.EncodeToIds("a<end>b").Count);
        Assert.Equal(7, one.EncodeToIds("a<end>b").Count);
        Assert.Equal([300], one.EncodeToIds("<end>", considerPreTokenization: false));
        Assert.Equal("ab", both.Decode(both.EncodeToIds("a<end>b"), considerSpecialTokens: false));
        Assert.Equal("a<end>b", both.Decode(both.EncodeToIds("a<end>b")));
    }

    [Fact]
    public void The_first_special_token_in_dictionary_order_wins()
    {
        var pieces = new RegexPreTokenizer(new Regex(Gpt2), new Dictionary<string, int> { ["<a"] = 1, ["<ab>"] = 2 }).PreTokenize("<ab>");
        Assert.Equal((0, 2), pieces.First());
    }

    [Fact]
    public void Beginning_and_end_are_added_to_every_text_but_the_empty_one()
    {
        var tokenizer = BpeTokenizer.Create(new BpeOptions(Bytes())
        {
            ByteLevel = true,
            SpecialTokens = new Dictionary<string, int> { ["<s>"] = 300, ["</s>"] = 301 },
            BeginningOfSentenceToken = "<s>",
            EndOfSentenceToken = "</s>",
        });
        Assert.Equal([300, 64, 301], tokenizer.EncodeToIds("a"));
        Assert.Empty(tokenizer.EncodeToIds(""));
        Assert.Equal(3, tokenizer.CountTokens("a"));
        Assert.Equal(2, tokenizer.CountTokens("a", considerPreTokenization: false));
    }

    [Fact]
    public void A_beginning_token_unknown_to_everything_becomes_id_0()
    {
        var tokenizer = BpeTokenizer.Create(new BpeOptions(Bytes()) { ByteLevel = true, BeginningOfSentenceToken = "<s>" });
        Assert.Equal([0, 64], tokenizer.EncodeToIds("a"));
    }

    [Fact]
    public void Characters_that_the_vocabulary_lacks_vanish_or_become_the_unknown_token()
    {
        string[] tokens = ["<unk>", "a"];
        Assert.Equal([1, 1], Make(tokens, []).EncodeToIds("axya"));
        Assert.Equal([1, 0, 0, 1], Make(tokens, [], unknown: "<unk>").EncodeToIds("axya"));
        Assert.Equal([1, 0, 1], Make(tokens, [], unknown: "<unk>", fuse: true).EncodeToIds("axya"));
    }

    [Fact]
    public void Offsets_are_of_the_normalized_text_and_a_wide_character_ends_one_unit_short()
    {
        var tokenizer = BpeTokenizer.Create(new BpeOptions(Bytes()) { ByteLevel = true, Normalizer = new Upper(), PreTokenizer = new Whole() });
        var tokens = tokenizer.EncodeToTokens("aß😀", out var normalized);
        Assert.Equal("Aß😀", normalized);
        Assert.Equal(new Range(0, 1), tokens[0].Offset);
        Assert.Equal(new Range(1, 2), tokens[1].Offset);
        Assert.Equal(new Range(2, 3), tokens[^1].Offset);
        Assert.Equal(["A", "Ã", "Ł", "ð", "Ł", "ĺ", "Ģ"], tokens.Select(t => t.Value));
        tokenizer.EncodeToTokens("a", out var none, considerNormalization: false);
        Assert.Null(none);
    }

    [Fact]
    public void Decoding_into_a_span_stops_at_unknown_ids_and_leaves_half_characters()
    {
        var tokenizer = BpeTokenizer.Create(new BpeOptions(Bytes()) { ByteLevel = true, PreTokenizer = new Whole() });
        var ids = tokenizer.EncodeToIds("aé");
        var buffer = new char[8];
        Assert.Equal(OperationStatus.Done, tokenizer.Decode(ids, buffer, out var consumed, out var written));
        Assert.Equal((3, 2), (consumed, written));
        Assert.Equal(OperationStatus.Done, tokenizer.Decode([ids[1]], buffer, out consumed, out written));
        Assert.Equal((0, 0), (consumed, written));
        Assert.Equal(OperationStatus.InvalidData, tokenizer.Decode([64, 999], buffer, out consumed, out written));
        Assert.Equal(OperationStatus.DestinationTooSmall, tokenizer.Decode([64, 64], buffer.AsSpan(0, 1), out consumed, out written));
        Assert.Equal((1, 1), (consumed, written));
        Assert.Equal("a\uFFFD", tokenizer.Decode([64, 999, ids[1]]));
    }

    [Fact]
    public void Latin_1_letters_of_a_special_token_do_not_survive_decoding()
    {
        var specials = new Dictionary<string, int> { ["<é>"] = 300, ["<字>"] = 301 };
        var tokenizer = BpeTokenizer.Create(new BpeOptions(Bytes()) { ByteLevel = true, SpecialTokens = specials });
        Assert.Equal("<\uFFFD><字>", tokenizer.Decode([300, 301]));
    }

    [Fact]
    public void A_broken_vocabulary_is_refused_when_it_is_made()
    {
        Assert.ThrowsAny<ArgumentException>(() => BpeTokenizer.Create(new BpeOptions([new("a", 0), new("b", 0)])));
        Assert.ThrowsAny<ArgumentException>(() => Make(["a", "b", "ab"], ["a b", "a b"]));
        Assert.Throws<InvalidOperationException>(() => Make(["a", "b"], ["a b"]));
        Assert.Throws<InvalidOperationException>(() => Make(["a", "ab"], ["a b"]));
        Assert.Throws<InvalidOperationException>(() => Make(["a", "b", "ab"], ["ab"]));
        Assert.Throws<InvalidOperationException>(() => Make(["a", "b", "ab"], ["a  b"]));
        Assert.Throws<InvalidOperationException>(() => Make(["a"], [], unknown: "<unk>"));
    }

    [Fact]
    public async Task Many_threads_get_equal_ids()
    {
        var tokenizer = ByteLevel();
        var text = string.Concat(Enumerable.Range(0, 500).Select(i => $" the{i % 97} hat{i % 31}"));
        var expected = ByteLevel().EncodeToIds(text);
        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => tokenizer.EncodeToIds(text))));
        Assert.All(all, ids => Assert.Equal(expected, ids));
    }

    private static BpeTokenizer ByteLevel()
    {
        var vocabulary = Bytes();
        foreach (var token in (string[])["th", "the", "Ġthe", "at", "Ġh", "Ġhat"])
        {
            vocabulary[token] = vocabulary.Count;
        }

        return BpeTokenizer.Create(new BpeOptions(vocabulary)
        {
            ByteLevel = true,
            Merges = ["t h", "th e", "Ġ the", "a t", "Ġ h", "Ġh at"],
            PreTokenizer = new RegexPreTokenizer(new Regex(Gpt2), null),
        });
    }

    private static BpeTokenizer Make(string[] tokens, string[] merges, string? unknown = null, bool fuse = false)
        => BpeTokenizer.Create(new BpeOptions(tokens.Select((t, i) => KeyValuePair.Create(t, i)))
        {
            Merges = merges,
            UnknownToken = unknown,
            FuseUnknownTokens = fuse,
        });

    /// <summary>The byte alphabet in GPT-2's order: 'a' is 64, as in its vocabulary.</summary>
    private static Dictionary<string, int> Bytes()
    {
        var printable = Enumerable.Range(0, 256).Where(b => b is (>= 33 and <= 126) or (>= 161 and <= 172) or >= 174).Select(b => (char)b);
        var alphabet = printable.Concat(Enumerable.Range(256, 68).Select(c => (char)c));
        return alphabet.Select((c, i) => KeyValuePair.Create(c.ToString(), i)).ToDictionary();
    }

    private sealed class Upper : Normalizer
    {
        public override string Normalize(string original) => original.ToUpperInvariant();

        public override string Normalize(ReadOnlySpan<char> original) => Normalize(original.ToString());
    }

    private sealed class Whole : PreTokenizer
    {
        public override IEnumerable<(int Offset, int Length)> PreTokenize(string text) => [(0, text.Length)];

        public override IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text) => [(0, text.Length)];
    }
}
