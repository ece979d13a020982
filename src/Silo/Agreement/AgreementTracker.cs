using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Orleans.Dpo.Grains.Agreement;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Storage;
using Orleans.Dpo.Silo.Imports;

namespace Orleans.Dpo.Silo.Agreement;

/// <summary>Follows the ledger of one project: reads what is new, publishes orders of leasing, pauses annotators, fits anew when enough has changed.</summary>
internal sealed class AgreementTracker(ProjectView project, IBlobStore store, IGrainFactory grains, ILogger logger, int most) : IDisposable
{
    // Above this a project is not followed, so that the server keeps within 1.2 GiB (docs/benchmarks.md). Judging and datasets do not need it.
    public const int MostJudgments = 3_000_000;

    // Times that the usual pace is fitted to.
    private const int PaceTimes = 2000;
    private const int MostMined = 500;

    // Votes up to which the first fit is waited for, and pairs that are brought up to date before others may ask.
    private const int SoonFitted = 20_000;
    private const int Slice = 500;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _turn = new(1);
    private AgreementModel _model = new(project.Shards);
    private LedgerTail[] _tails = Tails(store, project);
    private LedgerTail _own = new(store, project.Id.Value, "_project");
    private Task _fit = Task.CompletedTask;
    private Fitted? _fitted;

    /// <summary>Settings as of the last turn.</summary>
    public AssignmentSettings Settings { get; private set; } = project.Settings.Assignment;

    /// <summary>Why the project is not followed, as a sentence; null when it is.</summary>
    public string? Off { get; private set; }

    /// <summary>The project is followed, and everything of its ledger was read at least once.</summary>
    public bool IsCaughtUp { get; private set; }

    /// <summary>One turn: after it every judgment that was durable when it began is in.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            Settings = (await grains.GetGrain<IProjectGrain>(project.Id.Value).GetAsync(cancellationToken))?.Settings.Assignment ?? Settings;
            var followed = await ReadAsync(cancellationToken);
            if (followed)
            {
                await FitAsync(force: false);
                await PublishAsync(cancellationToken);
                await PauseAsync(cancellationToken);
            }

            IsCaughtUp = followed;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Fits every vote that is durable anew and waits for it, so that two who followed one ledger in their own ways believe the same.</summary>
    public async Task RefitAsync(CancellationToken cancellationToken)
    {
        await FollowAsync(cancellationToken);
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await _fit;
            await FitAsync(force: true);
            await _fit;
            TakeIn();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Asks the model; short, for nobody else can meanwhile.</summary>
    public T Ask<T>(Func<AgreementModel, T> question)
    {
        lock (_gate)
        {
            return question(_model);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private static LedgerTail[] Tails(IBlobStore store, ProjectView project) => [.. Enumerable.Range(0, project.Shards).Select(shard => new LedgerTail(store, project.Id.Value, Name(shard)))];

    /// <summary>Gives back what following took. Should votes be withdrawn until few enough are left, all is read anew.</summary>
    private void LetGo()
    {
        lock (_gate)
        {
            if (_own.Seq > 0 || _tails.Any(tail => tail.Seq > 0))
            {
                (_model, _tails, _own) = (new(project.Shards), Tails(store, project), new(store, project.Id.Value, "_project"));
            }
        }
    }

    private static string Name(int shard) => shard.ToString(CultureInfo.InvariantCulture);

    private ILedgerShardGrain Shard(int shard) => grains.GetGrain<ILedgerShardGrain>($"{project.Id.Value}/{Name(shard)}");

    private async Task<bool> ReadAsync(CancellationToken cancellationToken)
    {
        var statuses = await Task.WhenAll(Enumerable.Range(0, project.Shards).Select(shard => Shard(shard).GetStatusAsync(cancellationToken)));
        if (statuses.Sum(status => (long)status.CountedVotes) is var votes && votes > most)
        {
            Off = string.Create(CultureInfo.InvariantCulture, $"The project has {votes:N0} votes; statistics of annotators are kept up to {most:N0}.");
            LetGo();
            return false;
        }

        Off = null;
        for (var shard = 0; shard < statuses.Length; shard++)
        {
            if (statuses[shard].Seq > _tails[shard].Seq)
            {
                await ReadAsync(_tails[shard], shard, cancellationToken);
            }
        }

        var position = await grains.GetGrain<IProjectLedgerGrain>(project.Id.Value).GetPositionAsync(cancellationToken);
        if (position.Seq > _own.Seq)
        {
            await ReadAsync(_own, shard: -1, cancellationToken);
        }

        return true;
    }

    private async Task ReadAsync(LedgerTail tail, int shard, CancellationToken cancellationToken)
    {
        await foreach (var entry in tail.ReadNewAsync(cancellationToken))
        {
            var gold = entry.Event is ProjectRecorded { Event: { Kind: "gold.added" } happened } ? await GoldAsync(happened, cancellationToken) : [];
            lock (_gate)
            {
                _model.Apply(shard, entry, entry.Event is PairsAdded ? [] : null);
                foreach (var (pair, answer) in gold)
                {
                    _model.AddGold(pair, answer);
                }
            }

            if (entry.Event is PairsAdded added)
            {
                await AddPairsAsync(shard, added.Segment, cancellationToken);
            }
        }
    }

    private async Task AddPairsAsync(int shard, string segment, CancellationToken cancellationToken)
    {
        await using var rows = await store.OpenReadAsync(segment, 0, cancellationToken) ?? throw new InvalidDataException($"{segment} is missing; restore the store from a copy.");
        await foreach (var some in PairRow.ReadAsync(rows, cancellationToken).Chunk(Slice))
        {
            lock (_gate)
            {
                _model.AddPairs(shard, some);
            }
        }
    }

    private async Task<ImmutableArray<GoldRow>> GoldAsync(ProjectEvent happened, CancellationToken cancellationToken)
    {
        using var body = JsonDocument.Parse(happened.Body);
        var segment = body.RootElement.GetProperty("segment").GetString()!;
        return GoldRow.ReadAll(await store.ReadAsync(segment, cancellationToken));
    }

    /// <summary>A first fit that is soon done is waited for; others run beside, and the votes of meanwhile are taken in after.</summary>
    private async Task FitAsync(bool force)
    {
        JointInput? input = null;
        var model = _model;
        ImmutableArray<TimedJudgment> times = [];
        var annotators = 0;
        TakeIn();
        lock (_gate)
        {
            if (_fit.IsCompleted && (force || _model.IsFitDue))
            {
                (times, annotators, input) = (model.Times(PaceTimes), model.Annotators, model.BeginFit());
            }
        }

        if (input is not null)
        {
            var first = (!IsCaughtUp || Ask(asked => asked.Fit) is null) && input.Judgments.Length <= SoonFitted;
            _fit = QuietThread.RunLongAsync(() => Fit(model, input, times, annotators));
            await (first ? _fit : Task.CompletedTask);
            TakeIn();
        }
    }

    /// <summary>Takes a finished fit over. Not on the fit's own thread: who waits for the lock must not wait for one that yields to everybody.</summary>
    private void TakeIn()
    {
        if (Interlocked.Exchange(ref _fitted, null) is not { } fitted)
        {
            return;
        }

        // A model that was let go meanwhile may be fitted all the same; nobody asks it any more.
        lock (_gate)
        {
            fitted.Model.EndFit(fitted.Posterior, fitted.Fit);
            if (fitted.Pace is { } found)
            {
                fitted.Model.SetPace(found);
            }
        }
    }

    /// <summary>Owned by <see cref="_fit"/>: never throws.</summary>
    private void Fit(AgreementModel model, JointInput input, ImmutableArray<TimedJudgment> times, int annotators)
    {
        OnlinePosterior? posterior = null;
        JointFit? fit = null;
        Pace? pace = null;
        try
        {
            fit = JointPairModel.FitAnnotators(input);
            posterior = new OnlinePosterior(input, fit);
            pace = PaceOf(times, annotators);
        }
        catch (Exception problem)
        {
            AgreementLog.FitFailed(logger, problem, project.Id);
        }

        Volatile.Write(ref _fitted, new(model, posterior, fit, pace));
    }

    private static Pace? PaceOf(ImmutableArray<TimedJudgment> times, int annotators)
    {
        var timed = times.Where(judgment => judgment.ActiveMilliseconds > 0).ToArray();
        var report = TimingFlags.Of(times, annotators, languages: 1);
        return report.Undefined is not null ? null : new Pace(
            timed.Select(judgment => judgment.ActiveMilliseconds).Order().ElementAt(timed.Length / 2) / 1000.0, timed.Select(judgment => judgment.Words).Order().ElementAt(timed.Length / 2), report.WordSlope);
    }

    private async Task PublishAsync(CancellationToken cancellationToken)
    {
        var orders = new List<(int Shard, LeasePriorities Order)>();
        var mined = new List<(PairId Pair, Choice Answer)>();
        int[] touched;
        lock (_gate)
        {
            touched = _model.TakeTouched(Settings);
        }

        var changes = new List<(int Shard, WantedVotes Votes)>();
        foreach (var some in touched.Chunk(Slice))
        {
            lock (_gate)
            {
                _model.Settle(some, changes);
                mined.AddRange(Settings is { MineGold: true, GoldShare: > 0 } ? _model.Mine(some, MostMined - mined.Count) : []);
            }
        }

        var wanted = changes.ToLookup(change => change.Shard, change => change.Votes);
        lock (_gate)
        {
            for (var shard = 0; shard < project.Shards; shard++)
            {
                if (_model.OrderOf(shard, must: wanted.Contains(shard)) is { } order)
                {
                    orders.Add((shard, order with { Wanted = [.. wanted[shard]] }));
                }
            }
        }

        foreach (var (shard, order) in orders)
        {
            try
            {
                await Shard(shard).PublishAsync(order, cancellationToken);
            }
            catch (Exception problem) when (!cancellationToken.IsCancellationRequested)
            {
                AgreementLog.NotPublished(logger, problem, project.Id, shard);
                lock (_gate)
                {
                    _model.Lost(shard);
                }
            }
        }

        foreach (var some in mined.Chunk(100))
        {
            await grains.GetGrain<IProjectLedgerGrain>(project.Id.Value).AppendAsync(
                [.. some.Select(found => new ProjectEvent("gold.mined", found.Pair.Value, EventBody.Of(("pair", found.Pair.Value), ("answer", found.Answer is Choice.A ? "a" : "b"))))], cancellationToken);
        }
    }

    private async Task PauseAsync(CancellationToken cancellationToken)
    {
        var pausing = Ask(model => model.TakeActive().Select(annotator => (Annotator: annotator, Why: PauseRules.Decide(model.EvidenceOf(annotator, Settings.GoldPass, Settings.LeastReliability > -1), Settings))).Where(found => found.Why is not null).ToArray());
        foreach (var (annotator, why) in pausing)
        {
            var (cause, evidence) = why!.Value;
            await grains.GetGrain<IPausesGrain>(project.Id.Value).PauseAsync(annotator, cause, evidence, "agreement", cancellationToken);
            AgreementLog.Paused(logger, annotator, project.Id, cause);
        }
    }

    private sealed record Fitted(AgreementModel Model, OnlinePosterior? Posterior, JointFit? Fit, Pace? Pace);
}
