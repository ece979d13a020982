using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.Modeling;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Orleans.Dpo.Trainer.Evaluation;

/// <summary>Compares two policies along given responses, token by token, over the whole vocabulary.</summary>
internal static class PolicyDivergence
{
    private const int BatchSize = 32;

    /// <returns>Measures of each row, in the order of the rows.</returns>
    public static ResponseMeasures[] Measure(CausalDecoder policy, CausalDecoder start, IReadOnlyList<TokenRow> rows, CancellationToken cancellationToken)
    {
        var measures = new ResponseMeasures[rows.Count];
        using var grad = no_grad();
        var order = Enumerable.Range(0, rows.Count).OrderBy(row => rows[row].Ids.Length).ThenBy(row => row);
        foreach (var chunk in order.Chunk(BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            Measure(policy, start, [.. chunk.Select(row => rows[row])], (i, value) => measures[chunk[i]] = value);
        }

        return measures;
    }

    private static void Measure(CausalDecoder policy, CausalDecoder start, TokenRow[] rows, Action<int, ResponseMeasures> take)
    {
        var batch = new TokenBatch(rows, policy.Place);
        var (own, other) = (LogProbs(policy, batch), LogProbs(start, batch));           // [N, V]
        var divergence = Values((own.exp() * (own - other)).sum(-1));                   // N
        var target = batch.Targets.unsqueeze(1);                                        // [N, 1]
        var (logProbs, startLogProbs) = (Values(own.gather(1, target)), Values(other.gather(1, target)));
        var next = 0;
        for (var row = 0; row < rows.Length; row++)
        {
            var measures = ResponseMeasures.None;
            for (var t = 0; t < rows[row].ResponseLength; t++, next++)
            {
                measures = measures.With(divergence[next], logProbs[next], startLogProbs[next]);
            }

            take(row, measures);
        }
    }

    private static Tensor LogProbs(CausalDecoder model, TokenBatch batch) =>
        F.log_softmax(model.Logits(model.Hidden(batch.Ids).index_select(0, batch.Positions)), -1);

    private static float[] Values(Tensor tensor) => tensor.cpu().contiguous().data<float>().ToArray();
}
