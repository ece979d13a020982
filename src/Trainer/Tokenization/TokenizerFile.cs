using System.Text;
using System.Text.Json;
using Microsoft.ML.Tokenizers;
using Orleans.Dpo.Grains.Formats;

namespace Orleans.Dpo.Trainer.Tokenization;

/// <summary>What a Hugging Face <c>tokenizer.json</c> says, as far as byte-level BPE goes.</summary>
internal sealed record TokenizerFile
{
    /// <summary>Far above any vocabulary; a larger id is a damaged file, and tables as long as it would not fit.</summary>
    private const int HighestId = (1 << 24) - 1;

    public required IReadOnlyDictionary<string, int> Vocabulary { get; init; }

    public required IReadOnlyList<string> Merges { get; init; }

    public required IReadOnlyList<AddedToken> AddedTokens { get; init; }

    public required PieceRules Pieces { get; init; }

    /// <summary>Whether a piece that is a token as a whole is taken as it is, without merges.</summary>
    public required bool IgnoreMerges { get; init; }

    /// <summary>Whether the text is brought to normalization form C.</summary>
    public required bool ComposesCharacters { get; init; }

    /// <summary>Reads the file.</summary>
    /// <exception cref="InvalidDataException">A field asks for something that this reader does not do; the sentence names the field.</exception>
    public static TokenizerFile Read(string path)
    {
        using var stream = File.OpenRead(path);
        using var document = JsonDocument.Parse(stream);
        var root = document.RootElement;
        Require(JsonText.IsWhole(root), "the file", JsonText.Fault);
        var model = Member(root, "model") ?? throw Refuse("model", "is missing");
        Require(Text(model, "type") is "BPE" or null, "model.type", $"is '{Text(model, "type")}'; only BPE can be read");
        Require(Member(model, "dropout") is null, "model.dropout", "is set; encoding would be random");
        Require(!Flag(model, "byte_fallback"), "model.byte_fallback", "is true; only byte-level vocabularies can be read");
        foreach (var affix in (string[])["continuing_subword_prefix", "end_of_word_suffix"])
        {
            Require(string.IsNullOrEmpty(Text(model, affix)), "model." + affix, "is set; byte-level vocabularies have none");
        }

        var vocabulary = (Member(model, "vocab") ?? throw Refuse("model.vocab", "is missing"))
            .EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetInt32(), StringComparer.Ordinal);
        foreach (var character in ByteSpelling.Characters)
        {
            Require(vocabulary.ContainsKey(character.ToString()), "model.vocab", $"lacks '{character}'; all 256 bytes must be tokens");
        }

        RequireByteLevel(Member(root, "decoder"));
        AddedToken[] added = [.. Elements(root, "added_tokens").Select(Added)];
        foreach (var id in vocabulary.Values.Concat(added.Select(token => token.Id)).Where(id => id is < 0 or > HighestId))
        {
            throw Refuse("a token", $"has the id {id}; ids are from 0 to {HighestId}");
        }

        return new TokenizerFile
        {
            Vocabulary = vocabulary,
            Merges = [.. Elements(model, "merges").Select(Merge)],
            AddedTokens = [.. added],
            Pieces = ReadPieces(Member(root, "pre_tokenizer")),
            IgnoreMerges = Flag(model, "ignore_merges"),
            ComposesCharacters = ReadNormalizer(Member(root, "normalizer")),
        };
    }

    /// <summary>The same as options of the library. Added tokens are found by <see cref="TextTokenizer"/>, before the library sees a text.</summary>
    public BpeOptions ToOptions() => new(Vocabulary)
    {
        Merges = Merges,
        ByteLevel = true,
        PreTokenizer = new PiecePreTokenizer(Pieces),
    };

    private static string Merge(JsonElement merge)
    {
        if (merge.ValueKind is JsonValueKind.String)
        {
            return merge.GetString()!;
        }

        Require(merge.ValueKind is JsonValueKind.Array && merge.GetArrayLength() == 2, "model.merges", "has an entry that is not a pair");
        var (left, right) = (merge[0].GetString()!, merge[1].GetString()!);
        Require(!left.Contains(' ') && !right.Contains(' '), "model.merges", $"has a space inside '{left}' or '{right}'");
        return $"{left} {right}";
    }

    private static AddedToken Added(JsonElement token)
    {
        var content = Text(token, "content") ?? throw Refuse("added_tokens.content", "is missing");
        return new AddedToken(token.GetProperty("id").GetInt32(), content, Flag(token, "special"), Flag(token, "normalized"))
        {
            TakesSpaceBefore = Flag(token, "lstrip"),
            TakesSpaceBehind = Flag(token, "rstrip"),
            WordOnly = Flag(token, "single_word"),
        };
    }

    private static bool ReadNormalizer(JsonElement? normalizer)
    {
        var steps = Steps(normalizer, "normalizers").Select(s => Text(s, "type")).ToArray();
        foreach (var type in steps)
        {
            Require(type is "NFC", "normalizer.type", $"is '{type}'; only NFC can be done");
        }

        // Without ICU, Normalize gives its input back and NFC vocabularies silently read wrong.
        Require(steps.Length == 0 || "e\u0301".Normalize(NormalizationForm.FormC) == "\u00E9",
            "normalizer.type", "is NFC, which needs ICU; this process runs in invariant-globalization mode");
        return steps.Length > 0;
    }

    private static PieceRules ReadPieces(JsonElement? preTokenizer)
    {
        const string field = "pre_tokenizer";
        PieceRules? rules = null;
        var digitsApart = false;
        var last = "";
        foreach (var step in Steps(preTokenizer, "pretokenizers"))
        {
            Require(last != "ByteLevel", field, "has a step after ByteLevel");
            last = Text(step, "type");
            switch (last)
            {
                case "Digits" when rules is null && Flag(step, "individual_digits"):
                    digitsApart = true;
                    break;
                case "Split" when rules is null && !digitsApart:
                    var expression = Member(step, "pattern") is { } pattern ? Text(pattern, "Regex") : null;
                    Require(Text(step, "behavior") == "Isolated" && !Flag(step, "invert"), field + ".behavior", "is not Isolated");
                    rules = PieceRules.Of(expression ?? "")
                        ?? throw Refuse(field + ".pattern", $"is '{expression}'; only the expressions of GPT-2, Llama-3 and Qwen are known");
                    break;
                case "ByteLevel":
                    Require(!Flag(step, "add_prefix_space"), field + ".add_prefix_space", "is true; texts are taken as they stand");
                    var ownExpression = Member(step, "use_regex") is not { ValueKind: JsonValueKind.False };
                    Require(ownExpression != rules is not null, field + ".use_regex", "must be true alone and false after a Split");
                    rules ??= PieceRules.Gpt2;
                    break;
                default:
                    throw Refuse(field + ".type", $"has a step '{last}' that cannot be done here");
            }
        }

        Require(last == "ByteLevel" && rules is not null, field, "does not end with ByteLevel");
        return rules! with { DigitsApart = digitsApart };
    }

    private static void RequireByteLevel(JsonElement? decoder)
    {
        var steps = Steps(decoder, "decoders");
        Require(steps.Length == 1 && Text(steps[0], "type") == "ByteLevel", "decoder.type", "is not ByteLevel");
    }

    private static JsonElement[] Steps(JsonElement? part, string list)
        => part is not { } some ? [] : Text(some, "type") == "Sequence" ? [.. Elements(some, list)] : [some];

    private static JsonElement.ArrayEnumerator Elements(JsonElement owner, string name)
        => Member(owner, name) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : default;

    private static JsonElement? Member(JsonElement owner, string name)
        => owner.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null ? value : null;

    private static string? Text(JsonElement owner, string name)
        => Member(owner, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    private static bool Flag(JsonElement owner, string name) => Member(owner, name) is { ValueKind: JsonValueKind.True };

    private static void Require(bool condition, string field, string problem)
    {
        if (!condition)
        {
            throw Refuse(field, problem);
        }
    }

    private static InvalidDataException Refuse(string field, string problem) => new($"tokenizer.json: {field} {problem}.");
}
