using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.Modeling;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.LogProbabilities;

/// <summary>Log-probabilities of response tokens, end token included, prompt and padding excluded.</summary>
internal static class ResponseLogProbs
{
    private const int Window = 4096;

    /// <summary>log π of each response token in the order of the rows: [M], float32.</summary>
    /// <remarks>Rows with the same prompt share one pass over it, the vocabulary is scored at response positions only, and no padding is computed where it costs more than it saves.</remarks>
    public static Tensor PerToken(CausalDecoder model, PackedBatch batch)
    {
        using var scope = NewDisposeScope();
        var states = model.Hidden(batch.Tokens).index_select(0, batch.States);                    // [M, H]
        return HeadLogProbs.Of(states, model.Head, batch.Targets).MoveToOuterDisposeScope();
    }

    /// <summary>log π of each response token in the order of the rows: [M], float32.</summary>
    public static Tensor PerToken(CausalDecoder model, IReadOnlyList<TokenRow> rows)
    {
        using var scope = NewDisposeScope();
        return PerToken(model, new PackedBatch(rows, model.Config.HiddenSize, model.Place)).MoveToOuterDisposeScope();
    }

    /// <summary>Σ log π over each row's response: [B], float32, in the order of the rows.</summary>
    public static Tensor Sums(CausalDecoder model, IReadOnlyList<TokenRow> rows)
    {
        using var scope = NewDisposeScope();
        var batch = new PackedBatch(rows, model.Config.HiddenSize, model.Place);
        var perToken = PerToken(model, batch).view(batch.Counted, 1).to(ScalarType.Float64);      // [M, 1]

        // Hundreds of nats are added up; in float32 the rounding of each addition would show in a reward.
        var sums = batch.Membership(model.Place).to(ScalarType.Float64).mm(perToken);             // [B, 1]
        return sums.view(batch.Rows).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>Σ log π of every row without gradient; the order of the result is the order of the rows.</summary>
    /// <remarks>Rows are read window by window; within one, rows of similar length and of the same prompt run together.</remarks>
    public static float[] Of(CausalDecoder model, IReadOnlyList<TokenRow> rows, int batchSize, CancellationToken cancellationToken)
    {
        var sums = new float[rows.Count];
        using var grad = no_grad();
        foreach (var window in (rows is PairSequences pairs ? pairs.ByPair : Enumerable.Range(0, rows.Count)).Chunk(Window))
        {
            var read = Array.ConvertAll(window, row => rows[row]);
            var order = Enumerable.Range(0, read.Length)
                .GroupBy(row => read[row].Ids[..read[row].ResponseStart], PromptComparer.Instance)
                .OrderBy(sharing => sharing.Max(row => read[row].Ids.Length))
                .SelectMany(sharing => sharing);
            foreach (var chunk in order.Chunk(batchSize))
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                var values = Sums(model, Array.ConvertAll(chunk, row => read[row])).cpu().data<float>().ToArray();
                for (var i = 0; i < chunk.Length; i++)
                {
                    sums[window[chunk[i]]] = values[i];
                }
            }
        }

        return sums;
    }
}
