using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Silo.Agreement;
using Orleans.Dpo.Silo.Auth;

namespace Orleans.Dpo.Silo.Api;

/// <summary>Leases pairs over a project's shards. Shards with open head-to-head pairs come first; then each annotator starts at a shard of their own, so a crowd spreads.</summary>
internal sealed class PairDealer(IGrainFactory grains, AgreementService agreement, AnnotatorKinds kinds, TimeProvider time)
{
    private static readonly TimeSpan s_statusLife = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<string, Known> _statuses = new(StringComparer.Ordinal);

    /// <summary>Up to <paramref name="count"/> pairs, hidden checks among them, or the reason why there are none.</summary>
    public async Task<Dealt> DealAsync(ProjectView project, AnnotatorId annotator, int count, TaskKind kind, CancellationToken cancellationToken)
    {
        if (await grains.GetGrain<IPausesGrain>(project.Id.Value).FindAsync(annotator, cancellationToken) is { } pause)
        {
            return EmptyQueue.Paused(pause.Cause);
        }

        var isModel = await kinds.IsModelAsync(annotator, cancellationToken);
        var isApart = isModel && !project.Settings.MachineVotes;
        if (!isModel && project.Settings.Assignment.Practice > 0 && !await grains.GetGrain<IPracticeGrain>(project.Id.Value).IsAdmittedAsync(annotator, cancellationToken))
        {
            return EmptyQueue.Practice;
        }

        if (kind is TaskKind.Ranking)
        {
            return isApart ? EmptyQueue.NotForModels : await VotesAsync(project, new(annotator, count) { Rankings = true }, cancellationToken);
        }

        if (isApart)
        {
            return await VotesAsync(project, new(annotator, count) { Apart = true }, cancellationToken);
        }

        var probes = agreement.Draw(project, annotator, count);
        var dealt = await VotesAsync(project, new(annotator, count - probes.Length), cancellationToken);
        return dealt.Reason is null && dealt.Refusal is null && !probes.IsEmpty
            ? dealt with { Pairs = Mixed(dealt.Pairs, await ProbesAsync(project, annotator, probes, cancellationToken)) }
            : dealt;
    }

    /// <summary>Leases certain pairs beside their slots; those that their shards do not grant are left out.</summary>
    public async Task<ImmutableArray<LeasedPair>> ProbesAsync(ProjectView project, AnnotatorId annotator, ImmutableArray<ProbeWish> wishes, CancellationToken cancellationToken)
    {
        var leased = ImmutableArray.CreateBuilder<LeasedPair>();
        foreach (var shard in wishes.GroupBy(wish => PairShards.Of(wish.Pair, project.Shards)))
        {
            var grant = await Shard(project.Id, shard.Key).LeaseProbesAsync(new(annotator, [.. shard]) { Minutes = project.Settings.LeaseMinutes }, cancellationToken);
            leased.AddRange(grant.Pairs);
            foreach (var refused in shard.Where(wish => grant.Refusal is null && grant.Pairs.All(pair => pair.Pair.Id != wish.Pair)))
            {
                agreement.Refused(project.Id, annotator, refused);
            }
        }

        return leased.ToImmutable();
    }

    private async Task<Dealt> VotesAsync(ProjectView project, LeaseRequest wish, CancellationToken cancellationToken)
    {
        var (statuses, count, annotator) = (await StatusesAsync(project, cancellationToken), wish.Count, wish.Annotator);
        var pairs = ImmutableArray.CreateBuilder<LeasedPair>(count);
        var (left, held, lapse, refusal) = (0, 0, (DateTimeOffset?)null, (Refusal?)null);
        foreach (var shard in Order(statuses, annotator))
        {
            if (pairs.Count == count)
            {
                // Not asked any more: what is open there is the best bound without writing a lease.
                left += Math.Max(0, (wish.Rankings ? statuses[shard].OpenRankingSlots : statuses[shard].OpenVoteSlots) - statuses[shard].Leased);
                continue;
            }

            var grant = await Shard(project.Id, shard).LeaseAsync(
                wish with { Count = count - pairs.Count, Minutes = project.Settings.LeaseMinutes }, cancellationToken);
            pairs.AddRange(grant.Pairs);
            left += grant.Left;
            held += grant.HeldByOthers;
            refusal ??= grant.Refusal;
            lapse = grant.NextLapse < (lapse ?? DateTimeOffset.MaxValue) ? grant.NextLapse : lapse;
        }

        if (pairs.Count > 0 || refusal is not null || (count is 0 && left > 0))
        {
            return new(pairs.ToImmutable(), left) { Refusal = refusal };
        }

        var waits = held is 0 ? (await grains.GetGrain<IProjectGrain>(project.Id.Value).GetProgressAsync(cancellationToken)).WaitsFor : "";
        return wish.Rankings ? EmptyQueue.OfRankings(statuses, (held, lapse), time.GetUtcNow()) : EmptyQueue.Of(statuses, (held, lapse), waits, time.GetUtcNow());
    }

    /// <summary>Probes at random places, so that no place tells anything.</summary>
    private static ImmutableArray<LeasedPair> Mixed(ImmutableArray<LeasedPair> votes, ImmutableArray<LeasedPair> probes)
    {
        var mixed = votes.ToBuilder();
        foreach (var probe in probes)
        {
            mixed.Insert(RandomNumberGenerator.GetInt32(mixed.Count + 1), probe);
        }

        return mixed.ToImmutable();
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
