using System.Buffers.Binary;
using System.Text;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.Modeling;

namespace Orleans.Dpo.Trainer.Tests.Checkpoints;

/// <summary>What a process that loads a model of 200 MB holds at its peak, beside one that loads next to nothing.</summary>
public sealed class LoadingMemoryTests
{
    [Theory]
    [InlineData("F32")]
    [InlineData("BF16")]
    public void Loading_needs_the_weights_and_at_most_a_tenth_more(string type)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using var scratch = new ScratchFolder();
        var pairs = TinyPolicy.Pairs(scratch, "pairs.jsonl", 1);
        var bare = Peak(scratch, TinyPolicy.Make(scratch, "tiny"), pairs);
        var (folder, weights) = Large(scratch, type);
        var peak = Peak(scratch, folder, pairs);
        Assert.InRange((peak - bare) / (double)weights, 0.9, 1.1);
    }

    private static long Peak(ScratchFolder scratch, string model, string pairs) =>
        PeakMemory.Of("logps", "--model", model, "--data", pairs, "--out", scratch.File("logps.jsonl"), "--threads", "1");

    /// <summary>A model of 51 million weights, all 0: the file is a header and a hole. In memory it has 4 bytes a weight.</summary>
    private static (string Folder, long Bytes) Large(ScratchFolder scratch, string type)
    {
        var folder = TinyPolicy.Shape(scratch, "large");
        var path = Path.Combine(folder, "config.json");
        File.WriteAllText(path, File.ReadAllText(path)
            .Replace("\"hidden_size\":32,\"intermediate_size\":48,\"num_hidden_layers\":2", "\"hidden_size\":1024,\"intermediate_size\":2816,\"num_hidden_layers\":4", StringComparison.Ordinal));
        using var model = CausalDecoder.Create(DecoderConfigReader.Read(folder), torch.CPU);
        var entries = new List<string>();
        var (position, count) = (0L, 0L);
        foreach (var (name, parameter) in model.named_parameters().OrderBy(entry => entry.name, StringComparer.Ordinal))
        {
            var bytes = parameter.numel() * (type == "F32" ? 4 : 2);
            entries.Add($"\"{name}\":{{\"dtype\":\"{type}\",\"shape\":[{string.Join(",", parameter.shape)}],\"data_offsets\":[{position},{position + bytes}]}}");
            (position, count) = (position + bytes, count + parameter.numel());
        }

        var header = Encoding.UTF8.GetBytes($"{{{string.Join(",", entries)}}}");
        using var file = File.Create(Path.Combine(folder, WeightFiles.SingleName));
        Span<byte> prefix = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, header.Length);
        file.Write(prefix);
        file.Write(header);
        file.SetLength(8 + header.Length + position);
        return (folder, 4 * count);
    }
}
