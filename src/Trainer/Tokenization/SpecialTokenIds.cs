using System.Text.Json;

namespace Orleans.Dpo.Trainer.Tokenization;

/// <summary>Which ids begin, end and pad a text, collected from the files of a model folder.</summary>
/// <remarks>
/// <c>tokenizer_config.json</c> goes before <c>special_tokens_map.json</c>, these before the ids in <c>generation_config.json</c> and
/// <c>config.json</c>; an explicit null in the first that has the field means "none". End tokens are the union, because chat models list several.
/// </remarks>
internal sealed record SpecialTokenIds(int? Bos, IReadOnlyList<int> Eos, int? Pad)
{
    private static readonly string[] s_byName = ["tokenizer_config.json", "special_tokens_map.json"];
    private static readonly string[] s_byId = ["generation_config.json", "config.json"];

    /// <exception cref="InvalidDataException">A file names a token that the tokenizer does not have.</exception>
    public static SpecialTokenIds Read(string folder, Func<string, int?> idOf)
    {
        var files = new Dictionary<string, JsonDocument>();
        try
        {
            foreach (var name in s_byName.Concat(s_byId).Where(n => File.Exists(Path.Combine(folder, n))))
            {
                files[name] = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, name)));
            }

            int? First(string role) => Candidates(files, role, idOf) is [var first, ..] ? first : null;
            var eos = Candidates(files, "eos", idOf).OfType<int>().Distinct().ToArray();
            return new SpecialTokenIds(First("bos"), eos, First("pad"));
        }
        finally
        {
            foreach (var file in files.Values)
            {
                file.Dispose();
            }
        }
    }

    private static List<int?> Candidates(Dictionary<string, JsonDocument> files, string role, Func<string, int?> idOf)
    {
        var found = new List<int?>();
        foreach (var name in s_byName)
        {
            if (Field(files, name, role + "_token") is not { } value)
            {
                continue;
            }

            var token = value.ValueKind is JsonValueKind.Object ? value.GetProperty("content").GetString() : value.GetString();
            found.Add(token is null ? null : idOf(token)
                ?? throw new InvalidDataException($"{name}: {role}_token is '{token}', which tokenizer.json does not have."));
        }

        foreach (var name in s_byId)
        {
            switch (Field(files, name, role + "_token_id"))
            {
                case { ValueKind: JsonValueKind.Number } one:
                    found.Add(one.GetInt32());
                    break;
                case { ValueKind: JsonValueKind.Array } several:
                    found.AddRange(several.EnumerateArray().Select(e => (int?)e.GetInt32()));
                    break;
                default:
                    break;
            }
        }

        return found;
    }

    private static JsonElement? Field(Dictionary<string, JsonDocument> files, string file, string name)
        => files.TryGetValue(file, out var document) && document.RootElement.TryGetProperty(name, out var value) ? value : null;
}
