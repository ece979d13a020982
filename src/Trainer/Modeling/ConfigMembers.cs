using System.Text.Json;
using Orleans.Dpo.Trainer.Failures;

namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>Members of one config.json, with errors that name the file and the member.</summary>
internal sealed class ConfigMembers(JsonElement root, string path)
{
    public TrainerException Refuse(string what) => TrainerException.BadInput($"{path}: {what}.");

    public bool Has(string name) => root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>Whether the file has the member, null included.</summary>
    public bool Names(string name) => root.TryGetProperty(name, out _);

    public string Text(string name) => Find(name) is { ValueKind: JsonValueKind.String } value ? value.GetString()! : throw Refuse($"{name} is missing or no text");

    public int Count(string name, int? absent = null)
    {
        if (absent is { } fallback && !Has(name))
        {
            return fallback;
        }

        return Find(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) && number > 0
            ? number
            : throw Refuse($"{name} is missing or no positive number");
    }

    public double Number(string name, double absent) => !Has(name) ? absent
        : Find(name) is { ValueKind: JsonValueKind.Number } value ? value.GetDouble() : throw Refuse($"{name} is no number");

    public bool Flag(string name, bool absent) => !Has(name) ? absent : Find(name) switch
    {
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw Refuse($"{name} is neither true nor false"),
    };

    public ConfigMembers? Object(string name) => Has(name) && Find(name) is { ValueKind: JsonValueKind.Object } value ? new ConfigMembers(value, path) : null;

    private JsonElement? Find(string name) => root.TryGetProperty(name, out var value) ? value : null;
}
