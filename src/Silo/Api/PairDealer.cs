using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Silo.Api;

/// <summary>Leases pairs over a project's shards. Shards with open head-to-head pairs come first; then each annotator starts at a shard of their own, so a crowd spreads.</summary>
internal sealed class PairDealer(IGrainFactory grains, TimeProvider time)
{
    private static readonly TimeSpan s_statusLife = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<string, Known> _statuses = new(StringComparer.Ordinal);

    /// <summary>Up to <paramref name="count"/> pairs, or the reason why there are none.</summary>
    public async Task<Dealt> DealAsync(ProjectView project, AnnotatorId annotator, int count, CancellationToken cancellationToken)
    {
        var statuses = await StatusesAsync(project, cancellationToken);
        var pairs = ImmutableArray.CreateBuilder<LeasedPair>(count);
        var (left, held, lapse, refusal) = (0, 0, (DateTimeOffset?)null, (Refusal?)null);
        foreach (var shard in Order(statuses, annotator))
        {
            if (pairs.Count == count)
            {
                // Not asked any more: what is open there is the best bound without writing a lease.
                left += Math.Max(0, statuses[shard].OpenVoteSlots - statuses[shard].Leased);
                continue;
            }

            var grant = await Shard(project.Id, shard).LeaseAsync(
                new(annotator, count - pairs.Count) { Minutes = project.Settings.LeaseMinutes }, cancellationToken);
            pairs.AddRange(grant.Pairs);
            left += grant.Left;
            held += grant.HeldByOthers;
            refusal ??= grant.Refusal;
            lapse = grant.NextLapse < (lapse ?? DateTimeOffset.MaxValue) ? grant.NextLapse : lapse;
        }

        return pairs.Count > 0 || refusal is not null
            ? new(pairs.ToImmutable(), left, null, null, refusal)
            : Nothing(statuses, held, lapse);
    }

    /// <summary>Gives back all leases of an annotator.</summary>
    public async Task<int> ReleaseAsync(ProjectView project, AnnotatorId annotator, CancellationToken cancellationToken)
    {
        var released = await Task.WhenAll(Enumerable.Range(0, project.Shards).Select(shard => Shard(project.Id, shard).ReleaseAsync(annotator, cancellationToken)));
        return released.Sum();
    }

    internal static IEnumerable<int> Order(IReadOnlyList<ShardStatus> statuses, AnnotatorId annotator)
    {
        var start = (int)(BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(annotator.Value))) % (uint)statuses.Count);
        return Enumerable.Range(0, statuses.Count).Select(i => (start + i) % statuses.Count).OrderByDescending(shard => HasHeadToHead(statuses[shard]));
    }

    // The origin of head-to-head pairs is their round.
    private static bool HasHeadToHead(ShardStatus status) =>
        status.OpenByOrigin.Any(o => o.Value > 0 && o.Key.Length > 1 && o.Key[0] == 'r' && char.IsAsciiDigit(o.Key[1]));

    private Dealt Nothing(IReadOnlyList<ShardStatus> statuses, int held, DateTimeOffset? lapse)
    {
        if (held > 0)
        {
            var wait = lapse is { } at ? (int)Math.Ceiling((at - time.GetUtcNow()).TotalSeconds) : 30;
            return new([], 0, "all-held", Math.Clamp(wait, 1, 60), null);
        }

        return statuses.Any(s => s.OpenVoteSlots > 0) ? new([], 0, "all-judged", 15, null) : new([], 0, "no-pairs", 5, null);
    }

    private async Task<IReadOnlyList<ShardStatus>> StatusesAsync(ProjectView project, CancellationToken cancellationToken)
    {
        if (_statuses.TryGetValue(project.Id.Value, out var known) && time.GetElapsedTime(known.ReadAt) < s_statusLife)
        {
            return known.Shards;
        }

        var readAt = time.GetTimestamp();
        var shards = await Task.WhenAll(Enumerable.Range(0, project.Shards).Select(shard => Shard(project.Id, shard).GetStatusAsync(cancellationToken)));
        _statuses[project.Id.Value] = new(shards, readAt);
        return shards;
    }

    private ILedgerShardGrain Shard(ProjectId project, int shard) =>
        grains.GetGrain<ILedgerShardGrain>($"{project.Value}/{shard.ToString(System.Globalization.CultureInfo.InvariantCulture)}");

    private sealed record Known(IReadOnlyList<ShardStatus> Shards, long ReadAt);
}

/// <summary>What was leased over all shards.</summary>
/// <param name="Pairs">Leased pairs.</param>
/// <param name="Left">At most this many more are open for this annotator.</param>
/// <param name="Reason">no-pairs, all-held or all-judged when there are none.</param>
/// <param name="RetryAfterSeconds">When to ask again.</param>
/// <param name="Refusal">Set when a shard's store did not answer.</param>
internal sealed record Dealt(ImmutableArray<LeasedPair> Pairs, int Left, string? Reason, int? RetryAfterSeconds, Refusal? Refusal);
