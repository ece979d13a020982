using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Orleans.Dpo.Grains.Agreement;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>Which pair a lease is for: the order of the queue, or a published list blended with uniform draws.</summary>
internal static partial class LedgerShardRules
{
    /// <summary>Most votes a <see cref="PairsWanted"/> event changes.</summary>
    public const int MaxWanted = 512;

    /// <summary>The pair of which a vote was expected to tell most.</summary>
    public const string InformationArm = "information";

    /// <summary>The pair whose turn it was in the queue's own order: nothing was drawn, so its propensity is 1.</summary>
    public const string QueueArm = "queue";

    /// <summary>A pair drawn from all with a free slot.</summary>
    public const string UniformArm = "uniform";

    // Draws that hit a pair which this annotator cannot take; then the list decides.
    private const int Draws = 64;

    /// <summary>The pairs whose number of wanted votes really changes, or null.</summary>
    public static PairsWanted? Want(ShardIndex index, IEnumerable<WantedVotes> wishes)
    {
        var changes = wishes.DistinctBy(wish => wish.Pair).Where(wish => Changes(index, wish)).Take(MaxWanted).ToArray();
        return changes.Length == 0 ? null : new PairsWanted([.. changes]);
    }

    /// <summary>True when the annotator neither holds nor judged the pair.</summary>
    private static bool MayTake(ShardIndex index, int pair, int annotator) =>
        annotator == ShardIndex.None || !index.IsHis(pair, annotator);

    private static bool Changes(ShardIndex index, WantedVotes wish)
    {
        var pair = index.TryFindPair(wish.Pair);
        return pair != ShardIndex.None && index.Pair(pair) is { Purpose: (byte)Purpose.Vote } entry && wish.Votes >= 1 && wish.Votes <= entry.Overlap && wish.Votes != entry.Wanted;
    }

    /// <summary>
    /// The pair of one lease. <paramref name="first"/> is the first in the queue's order. The draw is a hash of the lease's id, so that it can be done again by whoever reads the ledger.
    /// </summary>
    private static GrantedLease Route(ShardIndex index, LeaseId lease, int first, int annotator, HashSet<int> given)
    {
        if (index.Board is not { } board || index.Pair(first).Purpose != (byte)Purpose.Vote || board.Pool.Count == 0)
        {
            return new(lease, index.IdOf(first), lease.Order) { Strategy = QueueArm, Propensity = 1 };
        }

        var best = Best(index, board, first, annotator, given);
        var stream = new RandomStream(BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.ASCII.GetBytes("route/1\n" + lease.Value))));
        var uniform = stream.Unit() < board.UniformShare;
        var chosen = best;
        for (var draw = 0; uniform && draw < Draws; draw++)
        {
            var drawn = board.Pool[stream.Below(board.Pool.Count)];
            if (!given.Contains(drawn) && MayTake(index, drawn, annotator))
            {
                chosen = drawn;
                break;
            }
        }

        return new(lease, index.IdOf(chosen), lease.Order)
        {
            Strategy = uniform ? UniformArm : InformationArm,
            Propensity = Math.Round((board.UniformShare / board.Pool.Count) + (chosen == best ? 1 - board.UniformShare : 0), 9),
        };
    }

    private static int Best(ShardIndex index, LeaseBoard board, int first, int annotator, HashSet<int> given)
    {
        bool Free(int pair) => !given.Contains(pair) && index.Pair(pair) is { IsOpen: true, Free: > 0 } && MayTake(index, pair, annotator);
        foreach (var pair in board.Order)
        {
            if (board.ScoreOf(pair) <= board.Fresh)
            {
                break;
            }

            if (Free(pair))
            {
                return pair;
            }
        }

        // Nothing listed is worth more than a pair without votes: the next one of those, unless they lie far behind.
        var unlisted = board.IsListed(first) ? index.Leasable.Take(Draws).Where(pair => !board.IsListed(pair) && Free(pair)).FirstOrDefault(ShardIndex.None) : first;
        return unlisted != ShardIndex.None ? unlisted : board.Order.Where(Free).FirstOrDefault(first);
    }
}
