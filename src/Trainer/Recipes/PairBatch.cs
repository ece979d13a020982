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
    public static TokenRow[] Sequences(IReadOnlyList<PreferencePair> all) => [.. all.Select(pair => pair.Chosen), .. all.Select(pair => pair.Rejected)];

    /// <returns>Log-probabilities of policy (with gradient where it is on) and reference, and the tokens read.</returns>
    public static (PreferenceLogps Logps, long Tokens) Forward(
        CausalDecoder model, IReadOnlyList<PreferencePair> all, IReference reference, int[] rows, RowFields? fields = null)
    {
        TokenRow[] answers = [.. rows.Select(row => all[row].Chosen), .. rows.Select(row => all[row].Rejected)];
        var sums = ResponseLogProbs.Sums(model, answers);                                   // [2B]
        var compared = reference.LogProbs([.. rows, .. rows.Select(row => all.Count + row)]); // [2B]
        var logps = new PreferenceLogps(
            sums.narrow(0, 0, rows.Length),
            sums.narrow(0, rows.Length, rows.Length),
            compared.narrow(0, 0, rows.Length),
            compared.narrow(0, rows.Length, rows.Length))
        {
            ChosenTokens = Each(row => all[row].Chosen.ResponseLength),
            RejectedTokens = Each(row => all[row].Rejected.ResponseLength),
            Weight = fields is { Weight: true } ? Each(row => all[row].Weight) : null,
            SoftLabel = fields is { SoftLabel: true } ? Each(row => all[row].SoftLabel) : null,
            Margin = fields is { Margin: true } ? Each(row => all[row].Margin) : null,
        };
        return (logps, answers.Sum(answer => (long)answer.Ids.Length));

        Tensor Each(Func<int, double> value) => tensor(Array.ConvertAll(rows, row => (float)value(row)), device: model.Place);
    }
}
