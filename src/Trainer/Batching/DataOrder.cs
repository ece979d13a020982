using Orleans.Dpo.Trainer.Randomness;

namespace Orleans.Dpo.Trainer.Batching;

/// <summary>The order in which rows are seen: a function of seed and epoch alone, so a resumed run continues where it was.</summary>
internal static class DataOrder
{
    /// <param name="lengths">Length of each row.</param>
    /// <param name="rowsPerStep">Rows of one optimizer step; the last step of an epoch may have fewer.</param>
    /// <param name="bucketSteps">Steps whose rows are sorted by length together, to waste little on padding; 1 shuffles freely.</param>
    /// <param name="random">The epoch's stream.</param>
    /// <returns>Row numbers of each step.</returns>
    public static int[][] Epoch(IReadOnlyList<int> lengths, int rowsPerStep, int bucketSteps, CounterRandom random)
    {
        var order = random.Permutation(lengths.Count);
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
}
