using System.Text.Json;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.Modeling;
using Orleans.Dpo.Trainer.Templates;
using Orleans.Dpo.Trainer.Tokenization;

namespace Orleans.Dpo.Trainer.Batching;

/// <summary>Turns prompts and responses into ids, apart from each other, so that no token crosses the boundary and no boundary moves.</summary>
/// <remarks>A begin token is put before a prompt when the folder asks for it, an end token after a response; neither is ever doubled.</remarks>
internal sealed class SequenceEncoder
{
    private readonly TextTokenizer _tokenizer;
    private readonly int? _begin;
    private readonly HashSet<int> _ends;

    private SequenceEncoder(TextTokenizer tokenizer, int? begin, string folder)
    {
        (_tokenizer, _begin) = (tokenizer, begin);
        (Chat, NoChat) = FindChat(folder, tokenizer);
        _ends = [.. tokenizer.EosIds];
        if (Chat is { Ending: [.., var turnEnd] })
        {
            _ends.Add(turnEnd);
        }

        End = tokenizer.EosIds is [var first, ..]
            ? first
            : throw TrainerException.BadInput($"{folder} names no end token (eos_token in tokenizer_config.json, or eos_token_id in config.json), so answers could not end.");
    }

    /// <summary>The token put after a response.</summary>
    public int End { get; }

    /// <summary>How conversations are spelled; null without a chat template that can be done here, and <see cref="NoChat"/> says why.</summary>
    public ChatFormat? Chat { get; }

    /// <summary>Why conversations cannot be read.</summary>
    public string NoChat { get; }

    /// <summary>Tokens that end generation: the tokenizer's own, those of the folder's configs, and what ends a turn of its chat template.</summary>
    public IReadOnlySet<int> Ends => _ends;

    /// <summary>Reads the tokenizer of a model folder, or that of an adapter's base model.</summary>
    public static SequenceEncoder Load(string folder)
    {
        try
        {
            folder = AdapterFolder.BaseOf(folder);
            var tokenizer = TextTokenizer.Load(folder);
            var rows = DecoderConfigReader.Read(folder).VocabularySize;
            if (tokenizer.VocabularySize > rows)
            {
                throw TrainerException.BadInput($"The tokenizer in {folder} has ids up to {tokenizer.VocabularySize - 1}, the model's vocab_size is {rows}. They do not belong together.");
            }

            return new SequenceEncoder(tokenizer, AddsBegin(folder, tokenizer) ? tokenizer.BosId : null, folder);
        }
        catch (Exception error) when (error is InvalidDataException or FileNotFoundException or JsonException or ArgumentException or InvalidOperationException or FormatException)
        {
            throw TrainerException.BadInput($"The tokenizer in {folder} cannot be used: {error.Message}");
        }
    }

    public int[] Prompt(string text)
    {
        var ids = _tokenizer.Encode(text);
        return _begin is { } begin && !(ids is [var first, ..] && first == begin) ? [begin, .. ids] : ids;
    }

    /// <returns>The response with one end token after it, or null when an end token stands inside.</returns>
    public int[]? Response(string text) => Closed(_tokenizer.Encode(text), [End]);

    /// <summary>The ids of a conversation up to where the assistant's answer begins. The template writes the begin token itself; it is not put before it again.</summary>
    public int[] ChatPrompt(string rendered) => _tokenizer.Encode(rendered);

    /// <returns>The answer to a conversation, what the template puts behind an answer, and the token that ends the turn; null when an end token stands inside.</returns>
    public int[]? ChatResponse(ChatFormat chat, string content) => Closed(_tokenizer.Encode(chat.Answer(content)), chat.Ending is { Count: > 0 } ending ? ending : [End]);

    /// <summary>The text of a response, end token and other special tokens left out.</summary>
    public string Text(ReadOnlySpan<int> response) => _tokenizer.Decode(response, skipSpecials: true);

    private int[]? Closed(int[] ids, IReadOnlyList<int> ending)
    {
        int[] closed = ids is [.., var last] && _ends.Contains(last) ? ids : [.. ids, .. ending];
        return Array.FindIndex(closed, _ends.Contains) == closed.Length - 1 ? closed : null;
    }

    // A template that cannot be done here stops conversations, not rows of plain text.
    private static (ChatFormat? Chat, string NoChat) FindChat(string folder, TextTokenizer tokenizer)
    {
        try
        {
            return (ChatFormat.Find(folder, tokenizer), "this model has no chat template");
        }
        catch (InvalidDataException error)
        {
            return (null, error.Message);
        }
    }

    /// <summary><c>add_bos_token</c> decides; where the folder does not say, the post-processor of tokenizer.json does.</summary>
    private static bool AddsBegin(string folder, TextTokenizer tokenizer)
    {
        if (tokenizer.BosId is not { } begin)
        {
            return false;
        }

        var config = Path.Combine(folder, "tokenizer_config.json");
        if (File.Exists(config))
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(config));
            if (document.RootElement.TryGetProperty("add_bos_token", out var flag) && flag.ValueKind is JsonValueKind.True or JsonValueKind.False)
            {
                return flag.ValueKind == JsonValueKind.True;
            }
        }

        using var file = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "tokenizer.json")));
        return file.RootElement.TryGetProperty("post_processor", out var post) && TemplateBeginsWith(post, begin, tokenizer);
    }

    private static bool TemplateBeginsWith(JsonElement processor, int begin, TextTokenizer tokenizer)
    {
        if (processor.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        if (processor.TryGetProperty("processors", out var parts))
        {
            return parts.EnumerateArray().Any(part => TemplateBeginsWith(part, begin, tokenizer));
        }

        return processor.TryGetProperty("single", out var single) && single.GetArrayLength() > 0
            && single[0].TryGetProperty("SpecialToken", out var special)
            && tokenizer.IdOf(special.GetProperty("id").GetString()!) == begin;
    }
}
