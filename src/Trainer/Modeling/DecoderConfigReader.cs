using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Trainer.Failures;

namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>Reads config.json. Each family has one reader here; an unknown family is refused by name.</summary>
internal static class DecoderConfigReader
{
    private static readonly Dictionary<string, Func<ConfigMembers, DecoderConfig>> s_families = new(StringComparer.Ordinal)
    {
        ["gpt2"] = Gpt2Config.Read,
        ["llama"] = LlamaConfig.ReadLlama,
        ["mistral"] = LlamaConfig.ReadMistral,
        ["qwen2"] = LlamaConfig.ReadQwen2,
        ["qwen3"] = LlamaConfig.ReadQwen3,
    };

    public static DecoderConfig Read(string folder)
    {
        var path = Path.Combine(folder, "config.json");
        if (!File.Exists(path))
        {
            throw TrainerException.BadInput($"{path} does not exist. A model folder needs config.json, tokenizer.json and model.safetensors.");
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var members = new ConfigMembers(document.RootElement, path);
            if (!JsonText.IsWhole(document.RootElement))
            {
                throw members.Refuse(JsonText.Fault);
            }

            var family = members.Text("model_type");
            if (members.Has("quantization_config"))
            {
                throw members.Refuse("quantized weights (quantization_config) are not supported; use the model in float32, float16 or bfloat16");
            }

            return s_families.TryGetValue(family, out var read)
                ? read(members)
                : throw members.Refuse($"model_type {family} is not supported; supported: {string.Join(", ", s_families.Keys.Order())}");
        }
        catch (JsonException error)
        {
            throw TrainerException.BadInput($"{path} is not JSON: {error.Message}");
        }
    }
}
