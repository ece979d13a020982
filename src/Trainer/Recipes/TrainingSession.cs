using System.Collections.Immutable;
using System.Diagnostics;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.Control;
using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.Metrics;
using Orleans.Dpo.Trainer.Modeling;
using Orleans.Dpo.Trainer.Modeling.Adapters;
using Orleans.Dpo.Trainer.Optimization;
using Orleans.Dpo.Trainer.Randomness;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Recipes;

/// <summary>What surrounds the forward pass of every recipe: order, schedule, update, metrics, checkpoints, resumption, control.</summary>
internal sealed class TrainingSession : IDisposable
{
    private readonly TrainingOptions _options;
    private readonly CausalDecoder _model;
    private readonly SessionExtras _extras;
    private readonly ControlLines _control;
    private readonly AdamW _optimizer;
    private readonly CheckpointStore _checkpoints;
    private readonly LearningRateSchedule _schedule;
    private readonly DivergenceWatch _divergence = new();
    private readonly int[][] _steps;
    private readonly int _stepsPerEpoch;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly double _secondsBefore;
    private readonly double _meanLength;
    private readonly int _rows;
    private double _stepBegan;
    private RunRecord? _record;
    private ComputeEstimate? _compute;

    public TrainingSession(TrainingOptions options, CausalDecoder model, IReadOnlyList<int> lengths, ImmutableSortedDictionary<string, string> run, ControlLines control, SessionExtras? extras = null)
    {
        (_options, _model, _control, _extras) = (options, model, control, extras ?? SessionExtras.None);
        int[][][] epochs = [.. Enumerable.Range(0, options.Epochs)
            .Select(epoch => DataOrder.Epoch(lengths, options.RowsPerStep, options.BucketSteps, CounterRandom.From(options.Seed, epoch), _extras.SamplingWeights))];
        _steps = [.. epochs.SelectMany(steps => steps)];
        _stepsPerEpoch = epochs[0].Length;
        _schedule = new LearningRateSchedule(_steps.Length, options.LearningRate, options.WarmupShare, options.FinalLearningRateShare);
        _optimizer = new AdamW(model.Trainable().Concat(_extras.Trained), new AdamWSettings(options.AdamBeta1, options.AdamBeta2, options.WeightDecay));
        _checkpoints = new CheckpointStore(options.Checkpoints, options.KeepCheckpoints, _extras.Beside);
        State = _checkpoints.Resume(model, _optimizer, run) ?? new TrainingState { Run = run };
        ResumedFrom = State.Step;
        _secondsBefore = State.Seconds;
        (_rows, _meanLength) = (lengths.Count, lengths.Average());
    }

    public TrainingState State { get; private set; }

    /// <summary>0 for a run that began afresh.</summary>
    public int ResumedFrom { get; }

    public int Steps => _steps.Length;

    /// <summary>Row numbers of the first step.</summary>
    public int[] FirstRows => _steps[0];

    private double Seconds => _secondsBefore + _clock.Elapsed.TotalSeconds;

    public void PassedStepZero(double loss, string check) => State = State with { StepZeroLoss = loss, StepZeroCheck = check };

    /// <summary>Does all steps that are left, each in parts of a batch. The gradient of a step is that of its losses' sum, divided by what it counts.</summary>
    /// <param name="begin">The measures of a step with what it counts, such as its rows.</param>
    /// <param name="forward">The forward pass of some rows: the sum of their losses and the tokens read. It records what else there is to measure.</param>
    /// <param name="report">Gets the line of each step.</param>
    public void Train(Func<int[], StepMeasures> begin, Func<int[], StepMeasures, (Tensor Loss, long Tokens)> forward, Action<JobMetrics> report)
    {
        while (Next() is { } step)
        {
            var measures = begin(step.Rows);
            foreach (var part in step.Rows.Chunk(_options.BatchSize))
            {
                using var scope = NewDisposeScope();
                var (loss, tokens) = forward(part, measures);
                _model.Backward(loss / measures.Rows);
                measures.Loss += loss.ToSingle();
                measures.Tokens += tokens;
            }

            report(Finish(step, measures));
        }
    }

    /// <summary>The next step with gradients cleared, or null at the end. Stops here, on a checkpoint, when asked to.</summary>
    private TrainingStep? Next()
    {
        if (_control.Cancellation.IsCancellationRequested)
        {
            SaveCheckpoint();
            throw TrainerException.Cancelled($"Stopped as asked after step {State.Step} of {Steps}; the checkpoint is kept and the same command goes on from it.");
        }

        _record ??= Begin();
        if (State.Step == Steps)
        {
            return null;
        }

        _stepBegan = Seconds;
        _model.zero_grad();
        foreach (var (_, parameter) in _extras.Trained)
        {
            parameter.grad?.zero_();
        }

        return new TrainingStep(State.Step, _steps[State.Step], _schedule.At(State.Step), State.Step % _stepsPerEpoch == 0);
    }

    /// <summary>Clips, updates, records, and keeps a checkpoint when one is due or asked for.</summary>
    /// <returns>The line written to the metrics.</returns>
    private JobMetrics Finish(TrainingStep step, StepMeasures measures)
    {
        var norm = _optimizer.GradientNorm();
        var names = Names(step);
        RequireSound(step, measures, norm, names);
        _optimizer.Step(step.LearningRate, Math.Min(1, _options.GradientClip / (norm + 1e-6)));
        State = State with
        {
            Step = step.Number + 1,
            Tokens = State.Tokens + measures.Tokens,
            Seconds = Seconds,
            Epoch = step.BeginsEpoch ? measures.Sums : State.Epoch.Plus(measures.Sums),
        };
        _extras.Updated?.Invoke(State.Step);
        var line = Line(step, measures, norm, names);
        _record!.Write(line, [.. Visits(names, measures.Pairs)]);
        if (_control.TakeCheckpointRequest() || (_options.CheckpointEverySteps > 0 && State.Step % _options.CheckpointEverySteps == 0))
        {
            SaveCheckpoint();
        }

        return line;
    }

    /// <summary>Writes <c>policy/</c>, and <c>adapter/</c> of a run that trains one, each in one atomic replacement.</summary>
    public string SavePolicy()
    {
        var target = Path.Combine(_options.Output, "policy");
        DurableFolder.Replace(target, _extras.WritePolicy ?? (fresh => ModelFolder.Write(fresh, _model, _options.Model)));
        if (LoraAdapters.On(_model))
        {
            DurableFolder.Replace(Path.Combine(_options.Output, "adapter"), fresh => AdapterFolder.Write(fresh, _model, _options.Model));
        }

        _record?.Report();
        return target;
    }

    public void Dispose()
    {
        _record?.Dispose();
        _optimizer.Dispose();
    }

    private RunRecord Begin()
    {
        _compute = new ComputeEstimate(_model, _meanLength);
        var facts = new RunFacts
        {
            Run = State.Run,
            Data = _options.Rows,
            Model = _options.Model,
            Rows = _rows,
            RowsTooLong = _extras.RowsTooLong,
            Steps = Steps,
            StepZeroLoss = State.StepZeroLoss,
            StepZeroCheck = State.StepZeroCheck,
        };
        return new RunRecord(_options.Output, facts, State.Step);
    }

    private void RequireSound(TrainingStep step, StepMeasures measures, double norm, RowName[] names)
    {
        try
        {
            _divergence.Check(step.Number + 1, measures.Loss / measures.Rows, norm, StepWatch.NotFinite(names, measures.Pairs));
        }
        catch (TrainerException failure)
        {
            _record!.Fail(failure.Message);
            throw;
        }
    }

    private RowName[] Names(TrainingStep step) => _extras.RowNames is { } names ? Array.ConvertAll(step.Rows, row => names[row]) : [];

    private IEnumerable<PairVisit> Visits(RowName[] names, PairMeasures? pairs)
    {
        for (var i = 0; pairs is not null && i < names.Length; i++)
        {
            var (name, pair) = (names[i], pairs.Each[i]);
            yield return new PairVisit(State.Step, name.Line, name.Id, pair.ChosenReward - pair.RejectedReward, pair.ChosenReward, pair.ChosenLogp, pair.RejectedLogp);
        }
    }

    private void SaveCheckpoint() => _checkpoints.Save(_model, _options.Model, _optimizer, State);

    private JobMetrics Line(TrainingStep step, StepMeasures measures, double norm, RowName[] names)
    {
        var rows = measures.Rows;
        var (pairs, single) = (measures.Pairs, measures.Unpaired);
        var tokensPerSecond = measures.Tokens / Math.Max(1e-9, State.Seconds - _stepBegan);
        return new JobMetrics
        {
            Step = State.Step,
            Steps = Steps,
            Epoch = State.Step / (double)_stepsPerEpoch,
            Loss = measures.Loss / rows,
            RewardsChosen = pairs?.ChosenReward / rows ?? single?.ChosenReward,
            RewardsRejected = pairs?.RejectedReward / rows ?? single?.RejectedReward,
            RewardsMargins = (pairs?.ChosenReward - pairs?.RejectedReward) / rows ?? single?.ChosenReward - single?.RejectedReward,
            RewardsAccuracies = pairs?.Right / rows,
            LogpsChosen = pairs?.ChosenLogp / rows ?? single?.ChosenLogp,
            LogpsRejected = pairs?.RejectedLogp / rows ?? single?.RejectedLogp,
            Kl = single?.Baseline,
            LearningRate = step.LearningRate,
            GradNorm = norm,
            NumTokens = State.Tokens,
            TokensPerSecond = tokensPerSecond,
            Seconds = State.Seconds,
            Rows = rows,
            Mfu = _compute!.Mfu(tokensPerSecond),
            SecondsLeft = _clock.Elapsed.TotalSeconds / (State.Step - ResumedFrom) * (Steps - State.Step),
            Notice = StepWatch.Notice(State.Step, names, pairs, norm),
        };
    }
}
