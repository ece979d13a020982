using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orleans.Dpo.Trainer.Tokenization;

namespace Orleans.Dpo.Trainer.Tests.Tokenization;

/// <summary>Compared with the ids that the real tokenizers library gave (tests/golden/tokenizers/oracle.mjs).</summary>
public sealed class TextTokenizerTests
{
    private static readonly Lazy<Texts> s_texts = new(() => Golden<Texts>("texts.json"));

    private static readonly Lazy<string[]> s_random = new(() => new RandomTexts(Folder("pools.json")).Make(20260101, 12000));

    public static TheoryData<string> Shapes => ["gpt2", "llama3", "qwen2", "smollm", "flags"];

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

    [Fact]
    public void The_generator_makes_the_texts_that_the_real_library_was_asked() =>
        Assert.Equal(s_texts.Value.Random, Hashes(s_random.Value.Select(text => text.Replace("\n", "\\n", StringComparison.Ordinal))));

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Twelve_thousand_random_texts_have_the_ids_of_the_real_library(string shape)
    {
        var tokenizer = TextTokenizer.Load(Folder(shape));
        var expected = Golden<Expected>(shape, "golden.json").Random;
        var found = Hashes(s_random.Value.Select(text => string.Join(',', tokenizer.Encode(text)))).ToArray();
        Assert.Equal(12000 / s_texts.Value.PerHash, expected.Length);
        var wrong = Enumerable.Range(0, expected.Length).Where(i => expected[i] != found[i]).ToArray();
        Assert.True(wrong.Length == 0, $"{shape}: {wrong.Length} of {expected.Length} groups of {s_texts.Value.PerHash} texts differ, the first is {wrong.FirstOrDefault()}");
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_torture_file_has_the_ids_of_the_real_library_as_a_whole_and_line_by_line(string shape)
    {
        var tokenizer = TextTokenizer.Load(Folder(shape));
        var torture = File.ReadAllText(Folder("torture.txt"));
        var expected = Golden<Expected>(shape, "golden.json").Torture;
        string[] texts = [torture, .. torture.Split('\n')];
        Assert.Equal(expected.Length, texts.Length);
        foreach (var (text, wanted) in texts.Zip(expected))
        {
            Assert.True(wanted == Hash(string.Join(',', tokenizer.Encode(text))), $"{shape}: {JsonSerializer.Serialize(text)}");
        }
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
    public void Every_text_without_an_added_token_survives_the_way_there_and_back(string shape)
    {
        var tokenizer = TextTokenizer.Load(Folder(shape));
        var added = JsonDocument.Parse(File.ReadAllBytes(Folder(shape, "tokenizer.json"))).RootElement.GetProperty("added_tokens").EnumerateArray().Select(t => t.GetProperty("id").GetInt32()).ToHashSet();
        var survived = 0;
        foreach (var text in s_random.Value)
        {
            var ids = tokenizer.Encode(text);
            if (!ids.Any(added.Contains))
            {
                Assert.Equal(shape is "qwen2" or "flags" ? text.Normalize(NormalizationForm.FormC) : text, tokenizer.Decode(ids, skipSpecials: true));
                survived++;
            }
        }

        Assert.True(survived > 8000, $"{survived} texts");
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

    private static IEnumerable<string> Hashes(IEnumerable<string> lines) => lines.Chunk(s_texts.Value.PerHash).Select(group => Hash(string.Join('\n', group)));

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12];

    private static T Golden<T>(params string[] path)
        => JsonSerializer.Deserialize<T>(File.ReadAllText(Path.Combine([Folder(), .. path])), JsonSerializerOptions.Web)!;

    private static string Folder(params string[] path) => Path.Combine([AppContext.BaseDirectory, "golden", "tokenizers", .. path]);

    private sealed record Texts(string[] Hand, string[] Random, int PerHash);

    private sealed record Expected(int Size, Case[] Hand, string[] Random, string[] Torture, Case[] Decoded);

    private sealed record Case(int[] Ids, string Text, string Plain);
}
