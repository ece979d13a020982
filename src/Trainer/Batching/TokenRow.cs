namespace Orleans.Dpo.Trainer.Batching;

/// <summary>One sequence of token ids and where its counted part begins.</summary>
/// <param name="Ids">Context and response; the response includes its end token.</param>
/// <param name="ResponseStart">Index of the first counted token, at least 1.</param>
internal sealed record TokenRow(int[] Ids, int ResponseStart)
{
    public int ResponseLength => Ids.Length - ResponseStart;
}
