using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Orleans.Dpo.Silo.Tests.Api;

/// <summary>The smallest folder that passes for a policy: one embedding, and JSON that says so.</summary>
internal static class TinyPolicy
{
    public static SortedDictionary<string, byte[]> Files()
    {
        var header = Encoding.UTF8.GetBytes("""{"model.embed_tokens.weight":{"dtype":"F32","shape":[3,4],"data_offsets":[0,48]}}""");
        var weights = new byte[sizeof(ulong) + header.Length + 48];
        BinaryPrimitives.WriteUInt64LittleEndian(weights, (ulong)header.Length);
        header.CopyTo(weights, sizeof(ulong));
        return new(StringComparer.Ordinal)
        {
            ["config.json"] = Encoding.UTF8.GetBytes("""{"vocab_size":3,"hidden_size":4}"""),
            ["model.safetensors"] = weights,
            ["tokenizer.json"] = Encoding.UTF8.GetBytes("""{"model":{"type":"BPE"}}"""),
        };
    }

    public static string Hash() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Concat(Files().Select(file => $"{file.Key} {Convert.ToHexStringLower(SHA256.HashData(file.Value))}\n")))));
}
