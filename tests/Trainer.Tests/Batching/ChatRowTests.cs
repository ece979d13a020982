using System.Text.Json;
using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.Tokenization;

namespace Orleans.Dpo.Trainer.Tests.Batching;

/// <summary>Conversations as rows: rendered by the model's template up to the answer, the answer's ids behind it.</summary>
public sealed class ChatRowTests : IDisposable
{
    private const string ChatMl = "{% for m in messages %}{{ '<|im_start|>' + m.role + '\\n' + m.content + '<|im_end|>\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";
    private const string Row = """
        {"prompt":[{"role":"system","content":"Be brief."},{"role":"user","content":"Hi"},{"role":"assistant","content":"Yes?"},{"role":"user","content":"Bye"}],"chosen":[{"role":"assistant","content":"See you."}],"rejected":[{"role":"assistant","content":"No"}]}
        """;

    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void A_conversation_of_several_turns_is_rendered_and_the_answer_ends_with_the_turns_end()
    {
        var (encoder, tokenizer) = Model("qwen2", ChatMl);
        var pair = Read(encoder, Row);
        Assert.Equal(
            "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nYes?<|im_end|>\n<|im_start|>user\nBye<|im_end|>\n<|im_start|>assistant\n",
            tokenizer.Decode(pair.Chosen.Ids.AsSpan(0, pair.Chosen.ResponseStart), skipSpecials: false));
        Assert.Equal("See you.<|im_end|>", tokenizer.Decode(pair.Chosen.Ids.AsSpan(pair.Chosen.ResponseStart), skipSpecials: false));
        Assert.Equal("No<|im_end|>", tokenizer.Decode(pair.Rejected.Ids.AsSpan(pair.Rejected.ResponseStart), skipSpecials: false));
    }

    [Fact]
    public void The_end_of_a_turn_is_the_templates_even_where_the_tokenizers_end_token_is_another()
    {
        var (encoder, tokenizer) = Model("qwen2", ChatMl, """ "eos_token":"<|endoftext|>" """);
        Assert.Equal(tokenizer.IdOf("<|im_end|>"), Read(encoder, Row).Chosen.Ids[^1]);
        Assert.Contains(tokenizer.IdOf("<|im_end|>")!.Value, encoder.Ends);
        Assert.Equal(tokenizer.IdOf("<|endoftext|>"), encoder.Response("plain")![^1]);
    }

    [Fact]
    public void An_end_token_that_the_answer_spells_out_is_not_doubled_and_one_inside_is_refused()
    {
        var (encoder, _) = Model("qwen2", ChatMl);
        Assert.Equal(Read(encoder, Row).Chosen.Ids, Read(encoder, Row.Replace("See you.", "See you.<|im_end|>", StringComparison.Ordinal)).Chosen.Ids);
        var refusal = Assert.Throws<TrainerException>(() => Read(encoder, Row.Replace("See you.", "See<|im_end|> you.", StringComparison.Ordinal)));
        Assert.Contains("field chosen: an end token stands inside the answer", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_begin_token_of_the_template_is_not_doubled_and_answers_are_trimmed_where_the_template_trims()
    {
        const string headers = "{{ bos_token }}{% for m in messages %}{{ '<|h|>' + m.role + '\\n\\n' + m.content | trim + '<|eot_id|>' }}{% endfor %}{% if add_generation_prompt %}{{ '<|h|>assistant\\n\\n' }}{% endif %}";
        var (encoder, tokenizer) = Model("llama3", headers, """ "add_bos_token":true,"bos_token":"<|begin_of_text|>","eos_token":"<|eot_id|>" """);
        var pair = Read(encoder, Row.Replace("See you.", "  See you.\\n", StringComparison.Ordinal));
        Assert.Equal(1, pair.Chosen.Ids.Count(id => id == tokenizer.BosId));
        Assert.Equal(tokenizer.BosId, pair.Chosen.Ids[0]);
        Assert.Equal("See you.<|eot_id|>", tokenizer.Decode(pair.Chosen.Ids.AsSpan(pair.Chosen.ResponseStart), skipSpecials: false));
    }

    [Fact]
    public void White_space_that_a_template_puts_before_answers_belongs_to_them()
    {
        const string inst = "{% for m in messages %}{% if m.role == 'assistant' %}{{ ' ' + m.content | trim + eos_token }}{% else %}{{ '[INST] ' + m.content + ' [/INST]' }}{% endif %}{% endfor %}";
        var (encoder, tokenizer) = Model("qwen2", inst);
        Assert.Equal(" See you.<|im_end|>", tokenizer.Decode(Response(Read(encoder, Row).Chosen), skipSpecials: false));
    }

    [Fact]
    public void A_thinking_block_that_the_template_puts_into_its_last_turn_is_no_part_of_an_answer()
    {
        const string thinking = "{% for m in messages %}{{ '<|im_start|>' + m.role + '\\n' + ('<think>\\n\\n</think>\\n\\n' if loop.last and m.role == 'assistant') + m.content + '<|im_end|>\\n' }}{% endfor %}"
            + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% if enable_thinking is defined and enable_thinking is false %}{{ '<think>\\n\\n</think>\\n\\n' }}{% endif %}{% endif %}";
        var (encoder, tokenizer) = Model("qwen2", thinking.Replace("m.role == 'assistant')", "m.role == 'assistant' else '')", StringComparison.Ordinal));
        Assert.Equal("See you.<|im_end|>", tokenizer.Decode(Response(Read(encoder, Row).Chosen), skipSpecials: false));
        var pair = Read(encoder, Row.Replace("{\"prompt\"", "{\"chat_template_kwargs\":{\"enable_thinking\":false},\"prompt\"", StringComparison.Ordinal));
        Assert.EndsWith("<think>\n\n</think>\n\n", tokenizer.Decode(pair.Chosen.Ids.AsSpan(0, pair.Chosen.ResponseStart), skipSpecials: false), StringComparison.Ordinal);
    }

    [Fact]
    public void Prompts_to_be_answered_and_rows_to_imitate_are_spelled_alike()
    {
        var (encoder, tokenizer) = Model("qwen2", ChatMl);
        var pair = Read(encoder, Row);
        var file = _scratch.Write("prompts.jsonl", Row.Trim().Replace("\"chosen\"", "\"completion\"", StringComparison.Ordinal));
        var prompt = PromptRow.ReadAll(file, encoder).Single();
        Assert.Equal(pair.Chosen.Ids[..pair.Chosen.ResponseStart], prompt.Ids);
        Assert.Equal(tokenizer.Decode(prompt.Ids, skipSpecials: false), prompt.Text);
        var imitated = SftRows.Read(file, encoder, 1000).Rows.Single();
        Assert.Equal(pair.Chosen.Ids, imitated.Ids);
        Assert.Equal(pair.Chosen.ResponseStart, imitated.ResponseStart);
        Assert.Equal(1, SftRows.Read(_scratch.Write("long.jsonl", File.ReadAllText(file).Trim(), """{"prompt":"a","completion":"b"}"""), encoder, 40).TooLong);
    }

    [Fact]
    public void Plain_text_is_read_as_without_a_template()
    {
        const string plain = """{"prompt":"Hi ","chosen":"you","rejected":"no"}""";
        Assert.Equal(Read(Model("qwen2", null).Encoder, plain).Chosen.Ids, Read(Model("qwen2", ChatMl).Encoder, plain).Chosen.Ids);
    }

    [Fact]
    public void A_template_file_goes_before_the_config_and_a_list_gives_its_default()
    {
        var (encoder, tokenizer) = Model("qwen2", null, """ "eos_token":"<|im_end|>","chat_template":[{"name":"tool_use","template":"x"},{"name":"default","template":"D{{ messages[0].content }}"}] """);
        var prompt = Row.Replace("Be brief.", "S", StringComparison.Ordinal);
        Assert.False(encoder.Chat is null && encoder.NoChat.Contains("default", StringComparison.Ordinal));
        Assert.Contains("does not write the content of an assistant's message", encoder.NoChat, StringComparison.Ordinal);
        var (withFile, _) = Model("qwen2", "never", """ "eos_token":"<|im_end|>" """, ChatMl);
        Assert.StartsWith("<|im_start|>system\nS<|im_end|>", tokenizer.Decode(Read(withFile, prompt).Chosen.Ids, skipSpecials: false), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{ messages | groupby('role') }}", "tokenizer_config.json, chat_template, line 1: the filter 'groupby' cannot be done here")]
    [InlineData("{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('No system role') }}{% endif %}{{ m.content }}<|im_end|>{% endfor %}", "the template says: No system role")]
    public void A_row_that_the_template_cannot_spell_is_refused_by_line_and_field(string template, string reason)
    {
        var (encoder, _) = Model("qwen2", template);
        var refusal = Assert.Throws<TrainerException>(() => Read(encoder, Row));
        Assert.Contains("line 1, field prompt: ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"prompt":[],"chosen":"a","rejected":"b"}""", "the list of messages is empty")]
    [InlineData("""{"prompt":[{"role":"user"}],"chosen":"a","rejected":"b"}""", "a message needs a role and a content")]
    [InlineData("""{"prompt":[{"role":"assistant","content":"x"}],"chosen":"a","rejected":"b"}""", "its last message is the assistant's")]
    [InlineData("""{"prompt":[{"role":"user","content":"x"}],"chosen":[{"role":"assistant","content":"a"},{"role":"user","content":"b"}],"rejected":"b"}""", "field chosen: it has 2 messages; an answer is one assistant message")]
    [InlineData("""{"prompt":[{"role":"user","content":"x"}],"chosen":[{"role":"user","content":"a"}],"rejected":"b"}""", "expected is assistant")]
    public void A_malformed_conversation_is_refused(string row, string reason) =>
        Assert.Contains(reason, Assert.Throws<TrainerException>(() => Read(Model("qwen2", ChatMl).Encoder, row)).Message, StringComparison.Ordinal);

    private static int[] Response(TokenRow row) => row.Ids[row.ResponseStart..];

    private PreferencePair Read(SequenceEncoder encoder, string row) => PreferenceRows.Read(_scratch.Write("rows.jsonl", row.Trim()), encoder, 1000).Rows.Single();

    private (SequenceEncoder Encoder, TextTokenizer Tokenizer) Model(string shape, string? template, string config = """ "eos_token":"<|im_end|>" """, string? file = null)
    {
        var folder = Directory.CreateDirectory(_scratch.File(Guid.NewGuid().ToString("N"))).FullName;
        File.Copy(Path.Combine(AppContext.BaseDirectory, "golden", "tokenizers", shape, "tokenizer.json"), Path.Combine(folder, "tokenizer.json"));
        File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), $"{{{config}{(template is null ? "" : $",\"chat_template\":{JsonSerializer.Serialize(template)}")}}}");
        File.WriteAllText(Path.Combine(folder, "config.json"), """
            {"model_type":"llama","vocab_size":2000,"hidden_size":32,"intermediate_size":48,"num_hidden_layers":2,"num_attention_heads":4,"num_key_value_heads":2,
             "hidden_act":"silu","max_position_embeddings":128,"rms_norm_eps":1e-5,"rope_theta":10000,"tie_word_embeddings":true,"eos_token_id":0}
            """);
        if (file is not null)
        {
            File.WriteAllText(Path.Combine(folder, "chat_template.jinja"), file);
        }

        return (SequenceEncoder.Load(folder), TextTokenizer.Load(folder));
    }
}
