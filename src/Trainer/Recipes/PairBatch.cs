using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.LogProbabilities;
using Orleans.Dpo.Trainer.Losses;
using Orleans.Dpo.Trainer.Modeling;
using Orleans.Dpo.Trainer.References;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Recipes;

/// <summary>The forward pass of some pairs: chosen answers first, rejected ones behind them, in one batch.</summary>
internal static class PairBatch
{
    /// <summary>The sequences of a run over pairs: all chosen answers, then all rejected ones.</summary>
    public static PairSequences Sequences(IReadOnlyList<PreferencePair> all) => new(all);

    /// <returns>Log-probabilities of policy (with gradient where it is on) and reference, and the tokens read.</returns>
    public static (PreferenceLogps Logps, long Tokens) Forward(
        CausalDecoder model, IReadOnlyList<PreferencePair> all, IReference reference, int[] rows, RowFields? fields = null)
    {
        var pairs = Array.ConvertAll(rows, row => all[row]);
        TokenRow[] answers = [.. pairs.Select(pair => pair.Chosen), .. pairs.Select(pair => pair.Rejected)];
        var sums = ResponseLogProbs.Sums(model, answers);                                   // [2B]
        var compared = reference.LogProbs([.. rows, .. rows.Select(row => all.Count + row)]); // [2B]
        var logps = new PreferenceLogps(
            sums.narrow(0, 0, rows.Length),
            sums.narrow(0, rows.Length, rows.Length),
            compared.narrow(0, 0, rows.Length),
            compared.narrow(0, rows.Length, rows.Length))
        {
            ChosenTokens = Each(pair => pair.Chosen.ResponseLength),
            RejectedTokens = Each(pair => pair.Rejected.ResponseLength),
            Weight = fields is { Weight: true } ? Each(pair => pair.Weight) : null,
            SoftLabel = fields is { SoftLabel: true } ? Each(pair => pair.SoftLabel) : null,
            Margin = fields is { Margin: true } ? Each(pair => pair.Margin) : null,
        };
        return (logps, answers.Sum(answer => (long)answer.Ids.Length));

        Tensor Each(Func<PreferencePair, double> value) => tensor(Array.ConvertAll(pairs, pair => (float)value(pair)), device: model.Place);
    }
}
