namespace Orleans.Dpo.Trainer.Recipes;

/// <summary>Says in one sentence what is odd about a step, naming its rows.</summary>
internal static class StepWatch
{
    /// <summary>The rows to name when a step's numbers are not finite: those whose own numbers are not, or all of the step.</summary>
    public static IReadOnlyCollection<RowName> NotFinite(IReadOnlyList<RowName> rows, PairMeasures? pairs)
    {
        var bad = Where(rows, pairs, pair => !float.IsFinite(pair.ChosenReward) || !float.IsFinite(pair.RejectedReward) || !float.IsFinite(pair.ChosenLogp) || !float.IsFinite(pair.RejectedLogp));
        return bad.Count > 0 ? bad : rows;
    }

    /// <returns>A sentence about a step that taught nothing, or about pairs in it that cannot; null for an ordinary step.</returns>
    public static string? Notice(int step, IReadOnlyList<RowName> rows, PairMeasures? pairs, double gradientNorm)
    {
        var equal = Where(rows, pairs, pair => Same(pair.ChosenReward, pair.RejectedReward, pair.ChosenLogp) && Same(pair.ChosenLogp, pair.RejectedLogp, pair.ChosenLogp) && pair.ChosenLogp != 0);
        if (equal.Count > 0)
        {
            return $"Step {step}: chosen and rejected answer have the same log-probability in {RowName.Listed(equal)}; if they are the same text, the pair teaches nothing.";
        }

        return gradientNorm == 0
            ? $"Step {step}: the gradient is zero, so nothing was learned from {RowName.Listed(rows)}; the loss may be satisfied already, or its options leave nothing to learn."
            : null;
    }

    // Where a row stands in its batch can change the last bits of its sum, and so of the reward that is made of it.
    private static bool Same(float one, float other, float logp) => MathF.Abs(one - other) <= 1e-6f * MathF.Max(1, MathF.Abs(logp));

    private static List<RowName> Where(IReadOnlyList<RowName> rows, PairMeasures? pairs, Func<(float ChosenReward, float RejectedReward, float ChosenLogp, float RejectedLogp), bool> holds)
    {
        var found = new List<RowName>();
        for (var i = 0; i < Math.Min(rows.Count, pairs?.Each.Count ?? 0); i++)
        {
            if (holds(pairs!.Each[i]))
            {
                found.Add(rows[i]);
            }
        }

        return found;
    }
}
