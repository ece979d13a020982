using System.Collections.Immutable;
using System.Globalization;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Pairs;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>Which rows a version holds when it cannot hold all: duplicates, caps per prompt, and which earlier rows are repeated.</summary>
public static class ReplayRules
{
    /// <summary>The pairs with the smallest SHA-256(<c>replay/1</c>, seed, pair): the same ones whenever and wherever it is asked.</summary>
    public static ImmutableArray<PairId> Draw(IEnumerable<PairId> pairs, long seed, int count) =>
        [.. pairs.OrderBy(pair => Hash("replay/1", seed, pair.Value), StringComparer.Ordinal).Take(count).Order()];

    /// <summary>The pairs to drop (duplicates, past a cap), and the earlier ones to repeat.</summary>
    internal static (HashSet<UInt128> Dropped, HashSet<UInt128> Replayed) Choose(IReadOnlyCollection<RowCandidate> rows, Recipe recipe)
    {
        var dropped = new HashSet<UInt128>();
        if (recipe.Options.Dedup)
        {
            foreach (var same in rows.GroupBy(row => row.Texts))
            {
                dropped.UnionWith(same.OrderByDescending(row => row.Votes).ThenBy(row => row.Key).Skip(1).Select(row => row.Key));
            }
        }

        var held = new Dictionary<UInt128, int>();
        var fresh = 0;
        foreach (var row in Ordered(rows.Where(row => row.Fate is RowFate.Train && !dropped.Contains(row.Key)), "cap/1", recipe))
        {
            if (HasRoom(row))
            {
                fresh++;
            }
            else
            {
                dropped.Add(row.Key);
            }
        }

        var replayed = new HashSet<UInt128>();
        var wanted = (int)Math.Floor((recipe.Replay ?? 0) * fresh);
        foreach (var row in Ordered(rows.Where(row => row is { Fate: RowFate.Earlier, CanReplay: true } && !dropped.Contains(row.Key)), "replay/1", recipe))
        {
            if (replayed.Count < wanted && HasRoom(row))
            {
                replayed.Add(row.Key);
            }
        }

        return (dropped, replayed);

        bool HasRoom(RowCandidate row)
        {
            var count = held.GetValueOrDefault(row.Prompt);
            held[row.Prompt] = count + 1;
            return recipe.Options.PerPrompt is 0 || count < recipe.Options.PerPrompt;
        }
    }

    private static IEnumerable<RowCandidate> Ordered(IEnumerable<RowCandidate> rows, string purpose, Recipe recipe) =>
        rows.Select(row => (Hash: Hash(purpose, recipe.Seed, PairVotes.IdOf(row.Key).Value), Row: row)).OrderBy(item => item.Hash, StringComparer.Ordinal).Select(item => item.Row);

    private static string Hash(string purpose, long seed, string pair) => ContentHash.Hex(string.Create(CultureInfo.InvariantCulture, $"{purpose}\n{seed}\n{pair}"));
}
