using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.Failures;

namespace Orleans.Dpo.Trainer.Tests.Batching;

public sealed class RowReadingTests
{
    private const int End = 1231;
    private const string Good = """{"prompt":"In this comedy about a young baker,","chosen":" the plot is good.","rejected":" the plot drags."}""";

    [Fact]
    public void A_pair_has_one_begin_token_one_end_token_and_a_boundary_that_does_not_move()
    {
        using var scratch = new ScratchFolder();
        var encoder = SequenceEncoder.Load(TinyPolicy.Shape(scratch, "m"));
        var pair = PreferenceRows.Read(scratch.Write("rows.jsonl", Good), encoder, 100).Rows.Single();
        Assert.Equal("line 1", pair.PairId);
        Assert.Equal(End, pair.Chosen.Ids[0]);
        Assert.Equal(End, pair.Chosen.Ids[^1]);
        Assert.Equal(2, pair.Chosen.Ids.Count(id => id == End));
        Assert.Equal(pair.Chosen.ResponseStart, pair.Rejected.ResponseStart);
        Assert.Equal(" the plot is good.", encoder.Text(pair.Chosen.Ids.AsSpan(pair.Chosen.ResponseStart)));
    }

    [Fact]
    public void Begin_and_end_tokens_in_the_text_are_not_doubled()
    {
        using var scratch = new ScratchFolder();
        var encoder = SequenceEncoder.Load(TinyPolicy.Shape(scratch, "m"));
        var spelled = PreferenceRows.Read(scratch.Write("a.jsonl", Good
            .Replace("In this", "<|endoftext|>In this", StringComparison.Ordinal).Replace("drags.", "drags.<|endoftext|>", StringComparison.Ordinal)), encoder, 100).Rows.Single();
        var plain = PreferenceRows.Read(scratch.Write("b.jsonl", Good), encoder, 100).Rows.Single();
        Assert.Equal(plain.Chosen.Ids, spelled.Chosen.Ids);
        Assert.Equal(plain.Rejected.Ids, spelled.Rejected.Ids);
    }

    [Fact]
    public void Messages_of_one_turn_read_as_their_content()
    {
        using var scratch = new ScratchFolder();
        var encoder = SequenceEncoder.Load(TinyPolicy.Shape(scratch, "m"));
        const string messages = """{"prompt":[{"role":"user","content":"In this comedy about a young baker,"}],"chosen":[{"role":"assistant","content":" the plot is good."}],"rejected":[{"role":"assistant","content":" the plot drags."}]}""";
        var pair = PreferenceRows.Read(scratch.Write("a.jsonl", messages), encoder, 100).Rows.Single();
        Assert.Equal(PreferenceRows.Read(scratch.Write("b.jsonl", Good), encoder, 100).Rows.Single().Chosen.Ids, pair.Chosen.Ids);
    }

    [Theory]
    [InlineData("""{"prompt":"x","chosen":"y"}""", "line 2, field rejected: it is missing; the line has prompt, chosen")]
    [InlineData("""{"prompt":"x","chosen":7,"rejected":"z"}""", "line 2, field chosen: a string or a list of messages is expected")]
    [InlineData("""{"prompt":"x","chosen":"y","rejected":"a<|endoftext|>b"}""", "line 2, field rejected: an end token stands inside")]
    [InlineData("""{"prompt":[{"role":"system","content":"x"}],"chosen":"y","rejected":"z"}""", "line 2, field prompt: its message has role system, expected is user")]
    [InlineData("""{"prompt":[{"role":"user","content":"x"},{"role":"user","content":"x"}],"chosen":"y","rejected":"z"}""", "needs a chat template")]
    [InlineData("""{"prompt":[{"role":"user"}],"chosen":"y","rejected":"z"}""", "a message needs a role and a content")]
    [InlineData("""{"prompt":"x",""", "line 2: this is not JSON")]
    [InlineData("""["x"]""", "line 2: a JSON object is expected")]
    public void A_bad_row_is_refused_with_line_and_field(string row, string reason)
    {
        using var scratch = new ScratchFolder();
        var encoder = SequenceEncoder.Load(TinyPolicy.Shape(scratch, "m"));
        var file = scratch.Write("rows.jsonl", Good, row);
        var refusal = Assert.Throws<TrainerException>(() => PreferenceRows.Read(file, encoder, 100));
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(file, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tokenizer_with_more_ids_than_the_model_has_rows_is_refused()
    {
        using var scratch = new ScratchFolder();
        var folder = TinyPolicy.Shape(scratch, "m");
        var config = Path.Combine(folder, "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("1232", "1000", StringComparison.Ordinal));
        Assert.Contains("ids up to 1231, the model's vocab_size is 1000", Assert.Throws<TrainerException>(() => SequenceEncoder.Load(folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_over_the_limit_are_left_out_whole_and_counted()
    {
        using var scratch = new ScratchFolder();
        var encoder = SequenceEncoder.Load(TinyPolicy.Shape(scratch, "m"));
        var longer = Good.Replace("drags.", "drags, and the acting is good, and the pacing is good, and the ending is good.", StringComparison.Ordinal);
        var file = scratch.Write("rows.jsonl", Good, longer, Good);
        var rows = PreferenceRows.Read(file, encoder, 20);
        Assert.Equal((2, 1, 3), (rows.Rows.Count, rows.TooLong, rows.Read));
        Assert.Contains("2 exceed", Assert.Throws<TrainerException>(() => PreferenceRows.Read(scratch.Write("one.jsonl", longer, longer), encoder, 20)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Texts_count_from_their_first_token_and_completions_from_theirs()
    {
        using var scratch = new ScratchFolder();
        var encoder = SequenceEncoder.Load(TinyPolicy.Shape(scratch, "m"));
        var rows = SftRows.Read(scratch.Write("rows.jsonl", """{"text":"In this comedy, the plot drags."}""", """{"prompt":"In this comedy,","completion":" the plot drags."}"""), encoder, 100).Rows;
        Assert.Equal(rows[0].Ids, rows[1].Ids);
        Assert.Equal(1, rows[0].ResponseStart);
        Assert.Equal(encoder.Prompt("In this comedy,").Length, rows[1].ResponseStart);
        Assert.Contains("field text: it is empty", Assert.Throws<TrainerException>(() => SftRows.Read(scratch.Write("e.jsonl", """{"text":""}"""), encoder, 100)).Message, StringComparison.Ordinal);
    }
}
