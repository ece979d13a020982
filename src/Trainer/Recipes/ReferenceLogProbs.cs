using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.LogProbabilities;
using Orleans.Dpo.Trainer.Modeling;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Recipes;

/// <summary>log π_ref of every answer, computed once for a run and kept under the hash of what it depends on: reference, sequences, threads.</summary>
internal sealed record ReferenceLogProbs(ImmutableArray<float> Chosen, ImmutableArray<float> Rejected)
{
    public const int BatchSize = 32;

    /// <param name="reference">Where the policy is, its hash, and the policy itself where it is loaded already.</param>
    /// <param name="training">Says where the cache is and what to compute on.</param>
    /// <param name="pairs">The answers.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    public static ReferenceLogProbs Get(
        (string Folder, string Hash, CausalDecoder? Loaded) reference, TrainingOptions training, ImmutableArray<PreferencePair> pairs, CancellationToken cancellationToken)
    {
        var path = Path.Combine(training.Cache, $"reference-{Key(reference.Hash, training.Threads, pairs)}.safetensors");
        if (File.Exists(path))
        {
            return Read(path);
        }

        var values = reference.Loaded is { } loaded
            ? Compute(loaded, pairs, cancellationToken)
            : ComputeFrom(reference.Folder, training.Device, pairs, cancellationToken);
        Directory.CreateDirectory(training.Cache);
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write($"{path}.part", new Dictionary<string, Tensor>
        {
            ["chosen"] = tensor(values.Chosen.ToArray()),
            ["rejected"] = tensor(values.Rejected.ToArray()),
        });
        File.Move($"{path}.part", path, overwrite: true);
        return values;
    }

    private static ReferenceLogProbs ComputeFrom(string folder, string place, ImmutableArray<PreferencePair> pairs, CancellationToken cancellationToken)
    {
        using var reference = ModelFolder.Load(folder, device(place));
        return Compute(reference, pairs, cancellationToken);
    }

    private static ReferenceLogProbs Compute(CausalDecoder model, ImmutableArray<PreferencePair> pairs, CancellationToken cancellationToken)
    {
        TokenRow[] rows = [.. pairs.Select(pair => pair.Chosen), .. pairs.Select(pair => pair.Rejected)];
        var sums = ResponseLogProbs.Of(model, rows, BatchSize, cancellationToken);
        return new ReferenceLogProbs([.. sums[..pairs.Length]], [.. sums[pairs.Length..]]);
    }

    private static ReferenceLogProbs Read(string path)
    {
        using var file = new SafetensorsFile(path);
        using var scope = NewDisposeScope();
        var entries = file.Entries.ToDictionary(entry => entry.Name);
        return new ReferenceLogProbs(
            [.. file.Read(entries["chosen"]).data<float>().ToArray()], [.. file.Read(entries["rejected"]).data<float>().ToArray()]);
    }

    private static string Key(string referenceHash, int threads, ImmutableArray<PreferencePair> pairs)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Convert.FromHexString(referenceHash));
        hash.AppendData(MemoryMarshal.AsBytes<int>([1, threads, BatchSize, pairs.Length]));
        foreach (var pair in pairs)
        {
            foreach (var row in new[] { pair.Chosen, pair.Rejected })
            {
                hash.AppendData(MemoryMarshal.AsBytes<int>([row.Ids.Length, row.ResponseStart]));
                hash.AppendData(MemoryMarshal.AsBytes(row.Ids.AsSpan()));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
