using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orleans.Dpo.Trainer.Tokenization;

namespace Orleans.Dpo.Trainer.Tests.Tokenization;

/// <summary>Compared with the ids that the real tokenizers library gave (tests/golden/tokenizers/oracle.mjs).</summary>
public sealed class TextTokenizerTests
{
    private static readonly Lazy<Texts> s_texts = new(() => Golden<Texts>("texts.json"));

    public static TheoryData<string> Shapes => ["gpt2", "llama3", "qwen2", "smollm"];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Hand_made_texts_have_the_ids_and_the_decoded_text_of_the_real_library(string shape)
    {
        var tokenizer = TextTokenizer.Load(Folder(shape));
        var expected = Golden<Expected>(shape, "golden.json").Hand;
        Assert.Equal(s_texts.Value.Hand.Length, expected.Length);
        foreach (var (text, wanted) in s_texts.Value.Hand.Zip(expected))
        {
            var ids = tokenizer.Encode(text);
            Assert.True(wanted.Ids.SequenceEqual(ids), $"{shape}: {JsonSerializer.Serialize(text)}: [{string.Join(',', ids)}] is not [{string.Join(',', wanted.Ids)}]");
            Assert.Equal(wanted.Text, tokenizer.Decode(ids, skipSpecials: false));
            Assert.Equal(wanted.Plain, tokenizer.Decode(ids, skipSpecials: true));
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Thousands_of_random_texts_have_the_ids_of_the_real_library(string shape)
    {
        var tokenizer = TextTokenizer.Load(Folder(shape));
        var expected = Golden<Expected>(shape, "golden.json").Random;
        var wrong = s_texts.Value.Random.Zip(expected)
            .Where(pair => Hash(tokenizer.Encode(pair.First)) != pair.Second)
            .Select(pair => JsonSerializer.Serialize(pair.First))
            .ToArray();
        Assert.True(wrong.Length == 0, $"{shape}: {wrong.Length} of {expected.Length} differ: {string.Join("; ", wrong.Take(10))}");
        Assert.Equal(3000, expected.Length);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Random_ids_decode_as_in_the_real_library_even_where_they_are_no_text(string shape)
    {
        var tokenizer = TextTokenizer.Load(Folder(shape));
        foreach (var wanted in Golden<Expected>(shape, "golden.json").Decoded)
        {
            Assert.Equal(wanted.Text, tokenizer.Decode(wanted.Ids, skipSpecials: false));
            Assert.Equal(wanted.Plain, tokenizer.Decode(wanted.Ids, skipSpecials: true));
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_text_without_a_special_token_survives_the_way_there_and_back(string shape)
    {
        var tokenizer = TextTokenizer.Load(Folder(shape));
        foreach (var text in s_texts.Value.Random)
        {
            var expected = shape == "qwen2" ? text.Normalize(NormalizationForm.FormC) : text;
            Assert.Equal(expected, tokenizer.Decode(tokenizer.Encode(text), skipSpecials: true));
        }
    }

    [Fact]
    public void Special_tokens_come_from_the_files_beside_the_vocabulary()
    {
        var llama = TextTokenizer.Load(Folder("llama3"));
        Assert.Equal(llama.IdOf("<|begin_of_text|>"), llama.BosId);
        Assert.Equal([llama.IdOf("<|eot_id|>")!.Value], llama.EosIds);
        Assert.Null(llama.PadId);
        Assert.True(llama.IsSpecial(llama.BosId!.Value));
        Assert.False(llama.IsSpecial(llama.IdOf("<|end")!.Value));

        var qwen = TextTokenizer.Load(Folder("qwen2"));
        Assert.Null(qwen.BosId);
        Assert.Equal(qwen.IdOf("<|endoftext|>"), qwen.PadId);
        Assert.Equal(Golden<Expected>("qwen2", "golden.json").Size, qwen.VocabularySize);
    }

    [Fact]
    public void A_lone_surrogate_reads_as_the_replacement_character()
    {
        var tokenizer = TextTokenizer.Load(Folder("gpt2"));
        Assert.Equal(tokenizer.Encode("a\uFFFDb"), tokenizer.Encode("a\uD83Db"));
    }

    private static string Hash(int[] ids)
        => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Join(',', ids))))[..12];

    private static T Golden<T>(params string[] path)
        => JsonSerializer.Deserialize<T>(File.ReadAllText(Path.Combine([Folder(), .. path])), JsonSerializerOptions.Web)!;

    private static string Folder(params string[] path) => Path.Combine([AppContext.BaseDirectory, "golden", "tokenizers", .. path]);

    private sealed record Texts(string[] Hand, string[] Random);

    private sealed record Expected(int Size, Case[] Hand, string[] Random, Case[] Decoded);

    private sealed record Case(int[] Ids, string Text, string Plain);
}
