using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.LogProbabilities;
using Orleans.Dpo.Trainer.Losses;
using Orleans.Dpo.Trainer.Modeling;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Recipes;

/// <summary>The forward pass of some pairs: chosen answers first, rejected ones behind them, in one batch.</summary>
internal static class PairBatch
{
    /// <returns>Log-probabilities of policy (with gradient where it is on) and reference, and the tokens read.</returns>
    public static (PreferenceLogps Logps, long Tokens) Forward(CausalDecoder model, IReadOnlyList<PreferencePair> all, ReferenceLogProbs reference, int[] rows)
    {
        TokenRow[] answers = [.. rows.Select(row => all[row].Chosen), .. rows.Select(row => all[row].Rejected)];
        var sums = ResponseLogProbs.Sums(model, answers); // [2B]
        var logps = new PreferenceLogps(
            sums.narrow(0, 0, rows.Length),
            sums.narrow(0, rows.Length, rows.Length),
            tensor(Array.ConvertAll(rows, row => reference.Chosen[row]), device: model.Place),
            tensor(Array.ConvertAll(rows, row => reference.Rejected[row]), device: model.Place));
        return (logps, answers.Sum(answer => (long)answer.Ids.Length));
    }
}
