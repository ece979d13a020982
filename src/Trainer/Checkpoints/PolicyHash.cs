using System.Security.Cryptography;
using System.Text;
using Orleans.Dpo.Trainer.Failures;

namespace Orleans.Dpo.Trainer.Checkpoints;

/// <summary>The hash that names a policy's content: SHA-256 over one line <c>name sha256</c> (a space between, a newline after) for each file that decides what it says.</summary>
/// <remarks>Lines are in ordinal order of names. A sharded model lists its index and shards in place of the single weight file;
/// an adapter its two files, then a line <c>base hash</c>.</remarks>
internal static class PolicyHash
{
    public static string Of(string folder)
    {
        var lines = new StringBuilder();
        foreach (var name in Files(folder).Order(StringComparer.Ordinal))
        {
            lines.Append(name).Append(' ').Append(OfFile(Path.Combine(folder, name))).Append('\n');
        }

        if (AdapterFolder.Is(folder))
        {
            lines.Append("base ").Append(Of(AdapterFolder.BaseOf(folder))).Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines.ToString())));
    }

    public static string OfFile(string path)
    {
        if (!File.Exists(path))
        {
            throw TrainerException.BadInput($"{path} does not exist. A model folder needs config.json, tokenizer.json and model.safetensors.");
        }

        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>Probabilities of two policies can be compared only when the same ids mean the same text.</summary>
    public static void RequireSameTokenizer(string folder, string other, string what)
    {
        if (OfFile(Path.Combine(folder, "tokenizer.json")) != OfFile(Path.Combine(other, "tokenizer.json")))
        {
            throw TrainerException.BadInput($"{what} has another tokenizer.json than the start policy, so their probabilities cannot be compared.");
        }
    }

    private static IEnumerable<string> Files(string folder)
    {
        yield return "tokenizer.json";
        if (AdapterFolder.Is(folder))
        {
            yield return AdapterConfig.FileName;
            yield return AdapterFolder.WeightsName;
            yield break;
        }

        yield return "config.json";
        if (File.Exists(Path.Combine(folder, WeightFiles.SingleName)) || !File.Exists(Path.Combine(folder, WeightFiles.IndexName)))
        {
            yield return WeightFiles.SingleName;
            yield break;
        }

        yield return WeightFiles.IndexName;
        foreach (var shard in Directory.EnumerateFiles(folder, "model-*.safetensors"))
        {
            yield return Path.GetFileName(shard);
        }
    }
}
