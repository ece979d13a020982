using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Orleans.Dpo.Grains.Agreement;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Silo.Agreement;

/// <summary>Follows every project's judgments beside the submit path. What it knows is made from the ledger, so that a restart loses nothing but a moment.</summary>
public sealed class AgreementService(IGrainFactory grains, IBlobStore store, TimeProvider time, ILogger<AgreementService> logger) : BackgroundService, IProjectQuality
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(500);
    private readonly QuietThread _quiet = new("agreement");
    private readonly ConcurrentDictionary<ProjectId, AgreementTracker> _trackers = new();
    private readonly ConcurrentDictionary<ProjectId, Task> _underWay = new();
    private readonly ConcurrentDictionary<ProjectId, QualityCache> _caches = new();

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (var tracker in _trackers.Values)
        {
            tracker.Dispose();
        }

        foreach (var cache in _caches.Values)
        {
            cache.Dispose();
        }

        _quiet.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    public async Task<ProjectQuality> ReadAsync(string project, bool intervals, CancellationToken cancellationToken)
    {
        var tracker = await CaughtUpAsync(project, cancellationToken);
        return tracker is { Off: null }
            ? await _caches.GetOrAdd(new(project), _ => new(time)).ReadAsync(tracker, intervals, cancellationToken)
            : new() { Undefined = tracker?.Off ?? "There is no such project.", AlphaNominal = Statistic.None("No votes are followed.", 0), AlphaOrdinal = Statistic.None("No votes are followed.", 0) };
    }

    /// <inheritdoc/>
    public async Task<PolicyBattles> BattlesAsync(string project, CancellationToken cancellationToken)
    {
        var tracker = await CaughtUpAsync(project, cancellationToken);
        return tracker is { Off: null }
            ? await _caches.GetOrAdd(new(project), _ => new(time)).BattlesAsync(tracker, cancellationToken)
            : new(time.GetUtcNow(), 0, tracker?.Off ?? "There is no such project.", []);
    }

    /// <summary>Votes up to which a project is followed.</summary>
    internal int MostJudgments { get; init; } = AgreementTracker.MostJudgments;

    /// <summary>Looks at all projects so far: each began to follow every project that was not being followed.</summary>
    internal long Looks { get; private set; }

    /// <summary>Completes when nothing that a look began is under way.</summary>
    internal Task WhenIdleAsync() => Task.WhenAll(_underWay.Values);

    /// <summary>Fits a project's votes anew, all that are durable now.</summary>
    internal async Task RefitAsync(string project, CancellationToken cancellationToken)
    {
        if (await CaughtUpAsync(project, cancellationToken) is { Off: null } tracker)
        {
            await tracker.RefitAsync(cancellationToken);
        }
    }

    /// <summary>Hidden checks to mix into what an annotator asked for: each of <paramref name="count"/> pairs is one with the project's probability.</summary>
    internal ImmutableArray<ProbeWish> Draw(ProjectView project, AnnotatorId annotator, int count)
    {
        var settings = project.Settings.Assignment;
        var (golden, repeated) = (settings.GoldShare, settings.RepeatShare ?? 0);
        if (golden + repeated is 0 || !_trackers.TryGetValue(project.Id, out var tracker) || !tracker.IsCaughtUp)
        {
            return [];
        }

        var wishes = ImmutableArray.CreateBuilder<ProbeWish>();
        for (var i = 0; i < count; i++)
        {
            var draw = RandomNumberGenerator.GetInt32(1 << 24) / (double)(1 << 24);
            var seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
            var wish = draw < golden ? tracker.Ask(model => model.NextGold(annotator, seed))
                : draw < golden + repeated ? tracker.Ask(model => model.NextRepeat(annotator, settings.RepeatGap, seed))
                : null;
            if (wish is not null && wishes.All(other => other.Pair != wish.Pair))
            {
                wishes.Add(wish);
            }
        }

        return wishes.ToImmutable();
    }

    /// <summary>Asks the model of a project that is caught up with the ledger; the default for one that is not followed.</summary>
    internal async Task<T?> AskAsync<T>(ProjectId project, Func<AgreementModel, T> question, CancellationToken cancellationToken) =>
        await CaughtUpAsync(project.Value, cancellationToken) is { Off: null } tracker ? tracker.Ask(question) : default;

    /// <summary>Asks the model as it stands; the default for a project that is not followed yet.</summary>
    internal T? Peek<T>(ProjectId project, Func<AgreementModel, T> question) => _trackers.TryGetValue(project, out var tracker) ? tracker.Ask(question) : default;

    /// <summary>A shard did not grant a probe.</summary>
    internal void Refused(ProjectId project, AnnotatorId annotator, ProbeWish wish)
    {
        if (_trackers.TryGetValue(project, out var tracker))
        {
            tracker.Ask(model =>
            {
                model.Refused(annotator, wish);
                return true;
            });
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_look, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await LookAsync(stoppingToken);
                Looks++;
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await Task.WhenAll(_underWay.Values);
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var project in await grains.GetGrain<IProjectsGrain>("_").ListAsync(cancellationToken))
            {
                if (!_underWay.TryGetValue(project, out var turn) || turn.IsCompleted)
                {
                    _underWay[project] = FollowAsync(project, cancellationToken);
                }
            }
        }
        catch (Exception problem) when (!cancellationToken.IsCancellationRequested)
        {
            AgreementLog.NoProjects(logger, problem);
        }
    }

    /// <summary>Owned by <see cref="_underWay"/>: never throws.</summary>
    private async Task FollowAsync(ProjectId project, CancellationToken cancellationToken)
    {
        try
        {
            if (await TrackerAsync(project, cancellationToken) is { } tracker)
            {
                await _quiet.RunAsync(() => tracker.FollowAsync(cancellationToken));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return;
        }
        catch (Exception problem)
        {
            AgreementLog.NotFollowed(logger, problem, project);
        }
    }

    private async Task<AgreementTracker?> CaughtUpAsync(string project, CancellationToken cancellationToken)
    {
        var tracker = ProjectId.TryParse(project, out var id) ? await TrackerAsync(id, cancellationToken) : null;
        if (tracker is not null)
        {
            await _quiet.RunAsync(() => tracker.FollowAsync(cancellationToken));
        }

        return tracker;
    }

    private async Task<AgreementTracker?> TrackerAsync(ProjectId project, CancellationToken cancellationToken) =>
        _trackers.TryGetValue(project, out var known) ? known
        : await grains.GetGrain<IProjectGrain>(project.Value).GetAsync(cancellationToken) is { } view ? _trackers.GetOrAdd(project, _ => new(view, store, grains, logger, MostJudgments))
        : null;
}
