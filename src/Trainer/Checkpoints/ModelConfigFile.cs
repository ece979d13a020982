using System.Text.Json;
using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Checkpoints;

/// <summary>config.json beside written weights: the file of the source, with the type of the weights put right where it names another.</summary>
internal static class ModelConfigFile
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(string source, string target, ScalarType type)
    {
        var name = type switch { ScalarType.Float16 => "float16", ScalarType.BFloat16 => "bfloat16", _ => "float32" };
        var root = JsonNode.Parse(File.ReadAllBytes(source))!.AsObject();
        var member = root.ContainsKey("dtype") ? "dtype" : "torch_dtype";
        if (root[member] is not { } named || named.GetValueKind() != JsonValueKind.String || named.GetValue<string>() == name)
        {
            File.Copy(source, target);
            return;
        }

        root[member] = name;
        File.WriteAllText(target, $"{root.ToJsonString(s_indented)}\n");
    }
}
