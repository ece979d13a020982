using System.Collections.Immutable;
using System.Text.Json;
using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.Modeling;
using Orleans.Dpo.Trainer.Modeling.Adapters;

namespace Orleans.Dpo.Trainer.Checkpoints;

/// <summary>adapter_config.json as PEFT writes it. What the adapters here do not compute is refused, not ignored.</summary>
internal static class AdapterConfig
{
    public const string FileName = "adapter_config.json";

    /// <exception cref="TrainerException">The file is missing, no LoRA configuration, or asks for more than plain LoRA.</exception>
    public static LoraOptions Read(string folder) => Opened(folder, (root, members) => Read(root, members));

    /// <summary>The base model as the file names it.</summary>
    public static string BaseModel(string folder) => Opened(folder, (_, members) => members.Text("base_model_name_or_path"));

    private static T Opened<T>(string folder, Func<JsonElement, ConfigMembers, T> read)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            throw TrainerException.BadInput($"{path} does not exist. An adapter folder needs {FileName} and {AdapterFolder.WeightsName}.");
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return read(document.RootElement, new ConfigMembers(document.RootElement, path));
        }
        catch (JsonException error)
        {
            throw TrainerException.BadInput($"{path} is not JSON: {error.Message}");
        }
    }

    public static byte[] Write(LoraOptions options, string modelType, string baseModel)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("peft_type", "LORA");
            json.WriteString("task_type", "CAUSAL_LM");
            json.WriteString("base_model_name_or_path", baseModel);
            json.WriteNumber("r", options.Rank);
            json.WriteNumber("lora_alpha", options.Alpha);
            json.WriteNumber("lora_dropout", 0.0);
            json.WriteString("bias", "none");
            json.WriteBoolean("use_rslora", options.RankStabilized);
            json.WriteBoolean("use_dora", false);
            json.WriteBoolean("fan_in_fan_out", modelType == "gpt2");
            json.WriteBoolean("inference_mode", true);
            json.WriteStartArray("target_modules");
            foreach (var target in options.Targets)
            {
                json.WriteStringValue(target);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static LoraOptions Read(JsonElement root, ConfigMembers members)
    {
        if (members.Text("peft_type") != "LORA")
        {
            throw members.Refuse($"peft_type {members.Text("peft_type")} is not supported; LORA is");
        }

        if (members.Has("bias") && members.Text("bias") != "none")
        {
            throw members.Refuse($"bias {members.Text("bias")} is not supported; none is");
        }

        foreach (var name in new[] { "use_dora", "lora_bias" })
        {
            if (members.Flag(name, absent: false))
            {
                throw members.Refuse($"{name} true is not supported");
            }
        }

        foreach (var name in new[] { "modules_to_save", "rank_pattern", "alpha_pattern", "layers_to_transform", "target_parameters" })
        {
            if (members.Has(name) && root.GetProperty(name) is var value
                && !(value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0)
                && !(value.ValueKind == JsonValueKind.Object && !value.EnumerateObject().Any()))
            {
                throw members.Refuse($"{name} is not supported");
            }
        }

        return new LoraOptions(members.Count("r"), members.Number("lora_alpha", 8), Targets(root, members), members.Flag("use_rslora", absent: false));
    }

    private static ImmutableArray<string> Targets(JsonElement root, ConfigMembers members)
    {
        if (!members.Has("target_modules"))
        {
            throw members.Refuse("target_modules is missing");
        }

        var value = root.GetProperty("target_modules");
        return value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(target => target.ValueKind == JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(target => target.GetString()!)]
            : value.ValueKind == JsonValueKind.String && value.GetString() == LoraOptions.AllLinear
                ? [LoraOptions.AllLinear]
                : throw members.Refuse($"target_modules is neither a list of names nor {LoraOptions.AllLinear}");
    }
}
