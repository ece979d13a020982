using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.LogProbabilities;
using Orleans.Dpo.Trainer.Modeling;
using Orleans.Dpo.Trainer.Recipes;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.References;

/// <summary>log π_ref of every sequence, computed once for a run and kept under the hash of what it depends on: reference, sequences, type, threads.</summary>
internal static class ReferenceCache
{
    public const int BatchSize = 32;

    /// <param name="hash">Hash of the reference.</param>
    /// <param name="training">Says where the cache is and what to compute with.</param>
    /// <param name="sequences">All sequences of the run.</param>
    /// <param name="withModel">Lends the reference where its values are not there yet.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    public static ImmutableArray<float> Get(
        string hash, TrainingOptions training, IReadOnlyList<TokenRow> sequences, Action<Action<CausalDecoder>> withModel, CancellationToken cancellationToken)
    {
        var path = Path.Combine(training.Cache, $"reference-{Key(hash, training, sequences)}.safetensors");
        if (File.Exists(path))
        {
            using var file = new SafetensorsFile(path);
            using var reading = NewDisposeScope();
            return [.. file.Read(file.Entries.Single()).data<float>().ToArray()];
        }

        float[] values = [];
        withModel(model => values = ResponseLogProbs.Of(model, sequences, BatchSize, cancellationToken));
        Directory.CreateDirectory(training.Cache);
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write($"{path}.part", new Dictionary<string, Tensor> { ["logps"] = tensor(values) });
        File.Move($"{path}.part", path, overwrite: true);
        return [.. values];
    }

    private static string Key(string referenceHash, TrainingOptions training, IReadOnlyList<TokenRow> sequences)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Convert.FromHexString(referenceHash));
        hash.AppendData(MemoryMarshal.AsBytes<int>([2, training.Threads, BatchSize, (int)training.DType, sequences.Count]));
        foreach (var row in sequences)
        {
            hash.AppendData(MemoryMarshal.AsBytes<int>([row.Ids.Length, row.ResponseStart]));
            hash.AppendData(MemoryMarshal.AsBytes(row.Ids.AsSpan()));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
