using System.Collections.Immutable;
using System.Globalization;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>Finds where a project's shards stood: at an instant, or at given events. Reads the ledger up to there.</summary>
public static class LedgerPositions
{
    private static readonly string s_none = new('0', 64);

    /// <summary>Positions after the last event of each shard that is not later than an instant.</summary>
    public static async Task<ImmutableArray<RecipePosition>> AtAsync(IBlobStore store, string project, int shards, DateTimeOffset instant, CancellationToken cancellationToken)
    {
        var positions = ImmutableArray.CreateBuilder<RecipePosition>();
        foreach (var shard in Names(shards))
        {
            var at = new RecipePosition(shard, 0, s_none);
            await foreach (var entry in LedgerReader.ReadAsync(store, project, shard, 1, long.MaxValue, cancellationToken))
            {
                if (entry.Time > instant)
                {
                    break;
                }

                at = new(shard, entry.Seq, entry.Hash);
            }

            positions.Add(at);
        }

        return positions.ToImmutable();
    }

    /// <summary>Positions at given events, with their hashes; refused when a shard is missing or has no such event.</summary>
    public static async Task<Outcome<ImmutableArray<RecipePosition>>> OfAsync(IBlobStore store, string project, int shards, IReadOnlyDictionary<string, long> seqs, CancellationToken cancellationToken)
    {
        var positions = ImmutableArray.CreateBuilder<RecipePosition>();
        foreach (var shard in Names(shards))
        {
            if (!seqs.TryGetValue(shard, out var seq) || seq < 0)
            {
                return new Refusal(RefusalCodes.BadRequest, $"positions must name each of the shards {string.Join(", ", Names(shards))} with the number of an event, or 0.");
            }

            var at = new RecipePosition(shard, 0, s_none);
            await foreach (var entry in LedgerReader.ReadAsync(store, project, shard, 1, long.MaxValue, cancellationToken))
            {
                if (entry.Seq > seq)
                {
                    break;
                }

                at = new(shard, entry.Seq, entry.Hash);
            }

            if (at.Seq < seq)
            {
                return new Refusal(RefusalCodes.BadRequest, $"Shard {shard} has no event {seq} yet; it ends at {at.Seq}.");
            }

            positions.Add(at);
        }

        return seqs.Count > shards + 1 ? new Refusal(RefusalCodes.BadRequest, "positions names a shard that does not exist.") : new Outcome<ImmutableArray<RecipePosition>> { Value = positions.ToImmutable() };
    }

    private static IEnumerable<string> Names(int shards) => Enumerable.Range(0, shards).Select(shard => shard.ToString(CultureInfo.InvariantCulture)).Append("_project");
}
