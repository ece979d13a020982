using System.Text.Json.Nodes;
using Orleans.Dpo.Trainer.Tokenization;

namespace Orleans.Dpo.Trainer.Tests.Tokenization;

public sealed class TokenizerFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tokenizer-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("model.type", "model", """{"type":"Unigram"}""")]
    [InlineData("model.byte_fallback", "model", """{"byte_fallback":true}""")]
    [InlineData("model.dropout", "model", """{"dropout":0.1}""")]
    [InlineData("model.continuing_subword_prefix", "model", """{"continuing_subword_prefix":"##"}""")]
    [InlineData("model.end_of_word_suffix", "model", """{"end_of_word_suffix":"</w>"}""")]
    [InlineData("model.vocab", "model", """{"vocab":{"a":0}}""")]
    [InlineData("model.merges", "model", """{"merges":[["a b","c"]]}""")]
    [InlineData("model.merges", "model", """{"merges":[["a","b","c"]]}""")]
    [InlineData("normalizer.type", "normalizer", """{"type":"NFKC"}""")]
    [InlineData("normalizer.type", "normalizer", """{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Lowercase"}]}""")]
    [InlineData("pre_tokenizer.add_prefix_space", "pre_tokenizer", """{"type":"ByteLevel","add_prefix_space":true,"use_regex":true}""")]
    [InlineData("pre_tokenizer.type", "pre_tokenizer", """{"type":"Metaspace"}""")]
    [InlineData("pre_tokenizer.use_regex", "pre_tokenizer", """{"type":"ByteLevel","add_prefix_space":false,"use_regex":false}""")]
    [InlineData("pre_tokenizer.pattern", "pre_tokenizer", """{"type":"Split","pattern":{"Regex":"\\d+"},"behavior":"Isolated","invert":false}""")]
    [InlineData("pre_tokenizer.behavior", "pre_tokenizer", """{"type":"Split","pattern":{"Regex":"x"},"behavior":"Removed","invert":false}""")]
    [InlineData("decoder.type", "decoder", """{"type":"Metaspace"}""")]
    [InlineData("added_tokens.content", "added_tokens", """[{"id":1}]""")]
    public void What_cannot_be_done_is_refused_by_the_name_of_its_field(string field, string part, string json)
    {
        var root = Gpt2();
        if (part == "model")
        {
            foreach (var (name, value) in JsonNode.Parse(json)!.AsObject())
            {
                root["model"]![name] = value?.DeepClone();
            }
        }
        else
        {
            root[part] = JsonNode.Parse(json);
        }

        var refusal = Assert.Throws<InvalidDataException>(() => Load(root));
        Assert.StartsWith($"tokenizer.json: {field} ", refusal.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_pre_tokenizer_is_refused()
    {
        var root = Gpt2();
        root["pre_tokenizer"] = null;
        Assert.Contains("pre_tokenizer", Assert.Throws<InvalidDataException>(() => Load(root)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_special_token_that_the_vocabulary_lacks_is_refused()
    {
        var refusal = Assert.Throws<InvalidDataException>(() => Load(Gpt2(), """{"eos_token":"<nowhere>"}"""));
        Assert.Equal("tokenizer_config.json: eos_token is '<nowhere>', which tokenizer.json does not have.", refusal.Message);
    }

    [Fact]
    public void End_tokens_of_all_files_are_joined_and_the_tokenizers_own_comes_first()
    {
        File.WriteAllText(Path.Combine(_folder, "generation_config.json"), """{"eos_token_id":[3,4],"pad_token_id":5,"bos_token_id":6}""");
        File.WriteAllText(Path.Combine(_folder, "config.json"), """{"eos_token_id":4,"pad_token_id":7}""");
        var tokenizer = Load(Gpt2(), """{"eos_token":"<|endoftext|>","bos_token":null}""");
        Assert.Equal([tokenizer.IdOf("<|endoftext|>")!.Value, 3, 4], tokenizer.EosIds);
        Assert.Equal(5, tokenizer.PadId);
        Assert.Null(tokenizer.BosId);
    }

    private static JsonNode Gpt2()
        => JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", "tokenizers", "gpt2", "tokenizer.json")))!;

    private TextTokenizer Load(JsonNode root, string? config = null)
    {
        File.WriteAllText(Path.Combine(_folder, "tokenizer.json"), root.ToJsonString());
        if (config is not null)
        {
            File.WriteAllText(Path.Combine(_folder, "tokenizer_config.json"), config);
        }

        return TextTokenizer.Load(_folder);
    }
}
