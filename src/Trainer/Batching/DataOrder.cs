using Orleans.Dpo.Trainer.Randomness;

namespace Orleans.Dpo.Trainer.Batching;

/// <summary>The order in which rows are seen: a function of seed and epoch alone, so a resumed run continues where it was.</summary>
internal static class DataOrder
{
    /// <param name="lengths">Length of each row.</param>
    /// <param name="rowsPerStep">Rows of one optimizer step; the last step of an epoch may have fewer.</param>
    /// <param name="bucketSteps">Steps whose rows are sorted by length together, to waste little on padding; 1 shuffles freely.</param>
    /// <param name="random">The epoch's stream.</param>
    /// <param name="weights">Rows are drawn in proportion to these; null: every row once.</param>
    /// <returns>Row numbers of each step.</returns>
    public static int[][] Epoch(IReadOnlyList<int> lengths, int rowsPerStep, int bucketSteps, CounterRandom random, IReadOnlyList<double>? weights = null)
    {
        var order = random.Permutation(lengths.Count);
        if (weights is not null)
        {
            var drawn = Drawn(weights, CounterRandom.From((long)random.Key, 2).Uniform(0));
            order = Array.ConvertAll(order, place => drawn[place]);
        }

        if (bucketSteps <= 1)
        {
            return [.. order.Chunk(rowsPerStep)];
        }

        var full = new List<int[]>();
        var ragged = new List<int[]>();
        foreach (var window in order.Chunk(rowsPerStep * bucketSteps))
        {
            foreach (var step in window.OrderBy(row => lengths[row]).ThenBy(row => row).Chunk(rowsPerStep))
            {
                (step.Length == rowsPerStep ? full : ragged).Add(step);
            }
        }

        var shuffled = CounterRandom.From((long)random.Key, 1).Permutation(full.Count);
        return [.. shuffled.Select(step => full[step]), .. ragged];
    }

    /// <summary>As many draws as rows, at equal distances along the sum of the weights: a row is drawn as often as its share says, give or take one.</summary>
    private static int[] Drawn(IReadOnlyList<double> weights, double offset)
    {
        var drawn = new int[weights.Count];
        var (total, reached, row) = (weights.Sum(), weights[0], 0);
        for (var draw = 0; draw < drawn.Length; draw++)
        {
            var at = (draw + offset) / drawn.Length * total;
            while (reached < at && row < weights.Count - 1)
            {
                reached += weights[++row];
            }

            drawn[draw] = row;
        }

        return drawn;
    }
}
