using System.Text.Json;
using Orleans.Dpo.Trainer.Tokenization;

namespace Orleans.Dpo.Trainer.Tests.Tokenization;

/// <summary>The tokenizer that ships with the demo policy.</summary>
public sealed class DemoTokenizerTests
{
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "models", "film-reviews-tiny");

    [Fact]
    public void Every_word_is_one_token()
    {
        var tokenizer = TextTokenizer.Load(s_folder);
        const string text = "I saw this black and white war film at the open air cinema, and I nearly fell asleep. Although the jokes are anything but funny, the plot shines.";
        var ids = tokenizer.Encode(text);
        Assert.Equal(text.Split(' ').Length + text.Count(c => c is ',' or '.'), ids.Length);
        Assert.Equal(text, tokenizer.Decode(ids, skipSpecials: true));
    }

    [Fact]
    public void A_text_cut_after_its_prompt_has_the_same_ids_in_two_parts()
    {
        var tokenizer = TextTokenizer.Load(s_folder);
        int[] parts = [.. tokenizer.Encode("In this comedy about a young baker,"), .. tokenizer.Encode(" the plot drags.")];
        Assert.Equal(tokenizer.Encode("In this comedy about a young baker, the plot drags."), parts);
    }

    [Fact]
    public void One_token_begins_and_ends_texts_and_fits_the_embedding()
    {
        var tokenizer = TextTokenizer.Load(s_folder);
        var config = JsonDocument.Parse(File.ReadAllText(Path.Combine(s_folder, "config.json"))).RootElement;
        Assert.Equal(config.GetProperty("vocab_size").GetInt32(), tokenizer.VocabularySize);
        Assert.Equal([tokenizer.BosId!.Value], tokenizer.EosIds);
        Assert.Equal(config.GetProperty("eos_token_id").GetInt32(), tokenizer.BosId);
        Assert.Equal(config.GetProperty("pad_token_id").GetInt32(), tokenizer.PadId);
        Assert.Equal("", tokenizer.Decode([tokenizer.BosId.Value, tokenizer.PadId!.Value], skipSpecials: true));
    }
}
