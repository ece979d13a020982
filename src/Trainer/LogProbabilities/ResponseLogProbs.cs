using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.Modeling;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

namespace Orleans.Dpo.Trainer.LogProbabilities;

/// <summary>Log-probabilities of response tokens, end token included, prompt and padding excluded.</summary>
internal static class ResponseLogProbs
{
    private const int GroupSize = 8;

    /// <summary>log π of each response token in row order: [N], float32. The vocabulary is scored at response positions only.</summary>
    public static Tensor PerToken(CausalDecoder model, TokenBatch batch)
    {
        using var scope = NewDisposeScope();
        var states = model.Hidden(batch.Ids).index_select(0, batch.Positions);       // [N, H]
        var logits = model.Logits(states);                                           // [N, V]
        return (-F.cross_entropy(logits, batch.Targets, null, -100, Reduction.None)).MoveToOuterDisposeScope();
    }

    /// <summary>Σ log π over each row's response: [B], float32, in the order of the rows.</summary>
    /// <remarks>Rows run through the model in groups of similar length within one graph, which saves most of the padding.</remarks>
    public static Tensor Sums(CausalDecoder model, IReadOnlyList<TokenRow> rows)
    {
        using var scope = NewDisposeScope();
        int[] order = [.. Enumerable.Range(0, rows.Count).OrderBy(row => rows[row].Ids.Length).ThenBy(row => row)];
        var sums = order.Chunk(GroupSize).Select(group => GroupSums(model, new TokenBatch([.. group.Select(row => rows[row])], model.Place))).ToArray();
        var places = new long[rows.Count];
        for (var i = 0; i < order.Length; i++)
        {
            places[order[i]] = i;
        }

        return cat(sums).index_select(0, tensor(places, device: model.Place)).MoveToOuterDisposeScope(); // [B]
    }

    private static Tensor GroupSums(CausalDecoder model, TokenBatch batch)
    {
        var perToken = PerToken(model, batch).view(batch.Counted, 1);                 // [N, 1]
        return batch.Membership(model.Place).matmul(perToken).view(batch.Rows);       // [B]
    }

    /// <summary>Σ log π of every row without gradient, in batches of similar length; the order of the result is the order of the rows.</summary>
    public static float[] Of(CausalDecoder model, IReadOnlyList<TokenRow> rows, int batchSize, CancellationToken cancellationToken)
    {
        var sums = new float[rows.Count];
        using var grad = no_grad();
        var order = Enumerable.Range(0, rows.Count).OrderBy(row => rows[row].Ids.Length).ThenBy(row => row);
        foreach (var chunk in order.Chunk(batchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var values = Sums(model, [.. chunk.Select(row => rows[row])]).cpu().data<float>().ToArray();
            for (var i = 0; i < chunk.Length; i++)
            {
                sums[chunk[i]] = values[i];
            }
        }

        return sums;
    }
}
