using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.Control;
using Orleans.Dpo.Trainer.Modeling;
using Orleans.Dpo.Trainer.References;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Recipes;

/// <summary>What runs that compare a policy with a reference have in common: their checks, their session, their result. A recipe says what its rows, its batch and its loss are.</summary>
internal sealed class ComparedRun
{
    private readonly ComparedOptions _options;
    private readonly TrainingOptions _training;
    private readonly RunReference _compared;

    /// <summary>Makes sure that start and reference are the policies that were declared.</summary>
    public ComparedRun(ComparedOptions options)
    {
        (_options, _training) = (options, options.Training);
        set_num_threads(_training.Threads);
        Encoder = SequenceEncoder.Load(_training.Model);
        _compared = new RunReference(options.ReferenceValues with { Folder = options.Reference }, _training);
        StepZeroChecks.RequireHash("start policy", options.StartHash, _compared.StartHash);
        StepZeroChecks.RequireHash("reference policy", options.ReferenceHash, _compared.Hash);
    }

    public SequenceEncoder Encoder { get; }

    /// <summary>False for a loss that compares with nothing.</summary>
    public bool UsesReference { get; init; } = true;

    /// <summary>The rows, if all of them can be trained on.</summary>
    public RowSet<TRow> Checked<TRow>(RowSet<TRow> read)
        where TRow : class, ITrainingRow
    {
        StepZeroChecks.Rows(read.Rows, Encoder.Ends, _options.HeldOutPromptIds);
        return read;
    }

    /// <summary>Only before the first update is the start also the reference, so its values are taken before a checkpoint replaces the weights.</summary>
    public IReference OpenReference(CausalDecoder start, IReadOnlyList<TokenRow> sequences, ControlLines control) =>
        UsesReference ? _compared.Open(start, sequences, control.Cancellation) : new NoReference(start.Place);

    public TrainingSession OpenSession<TRow>(
        CausalDecoder model, RowSet<TRow> read, IReference reference, ControlLines control, IReadOnlyList<double>? samplingWeights = null)
        where TRow : class, ITrainingRow
    {
        var run = RunIdentity.Of(_training, [.. UsesReference ? _compared.Identity : [("start", _compared.StartHash)], .. _options.Identity()]);
        return new TrainingSession(_training, model, [.. read.Rows.Select(row => row.Length)], run, control, new SessionExtras
        {
            Kept = reference.Kept,
            Updated = reference.Updated,
            RowNames = new RowView<TRow, RowName>(read.Rows, row => new RowName(row.Line, row.RowId)),
            RowsTooLong = read.TooLong,
            SamplingWeights = samplingWeights,
        });
    }

    /// <summary>What must hold before the first update. A run that goes on from a checkpoint has passed it.</summary>
    /// <param name="session">The session, before its first step.</param>
    /// <param name="policy">The policy and its reference.</param>
    /// <param name="sequences">All sequences of the run.</param>
    /// <param name="rows">How many rows they belong to.</param>
    /// <param name="first">Values of some rows.</param>
    public void CheckStart(
        TrainingSession session, (CausalDecoder Model, IReference Reference) policy, IReadOnlyList<TokenRow> sequences, int rows, Func<int[], StartValues> first)
    {
        if (session.ResumedFrom > 0)
        {
            return;
        }

        StepZeroChecks.RequireEvaluation(policy.Model);
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        var values = first([.. session.FirstRows.Take(_training.BatchSize)]);
        var loss = values.Losses.mean().ToSingle();
        session.PassedStepZero(loss, !UsesReference ? FormattableString.Invariant($"no reference: loss {loss:F6}")
            : _compared.IsStart ? StepZeroChecks.RequireZeroRewards(
                values.Policy, values.Reference, (loss, values.LossesAtReference().mean().ToSingle()), _training.DType)
            : StepZeroChecks.RequireStored(policy.Model, _training, (_compared, policy.Reference), sequences, rows));
    }

    /// <summary>Writes the policy.</summary>
    public static JobTrainResult Finish<TRow>(TrainingSession session, RowSet<TRow> read)
    {
        var policy = session.SavePolicy();
        var state = session.State;
        return new JobTrainResult
        {
            PolicyHash = PolicyHash.Of(policy),
            Rows = read.Read,
            RowsTooLong = read.TooLong,
            Steps = session.Steps,
            ResumedFrom = session.ResumedFrom,
            StepZeroLoss = state.StepZeroLoss,
            StepZeroCheck = state.StepZeroCheck,
            Loss = state.Epoch.MeanLoss(),
            Accuracy = state.Epoch.Accuracy(),
            Margin = state.Epoch.MeanMargin(),
        };
    }
}
