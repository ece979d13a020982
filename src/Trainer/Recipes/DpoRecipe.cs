using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.Control;
using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.Losses;
using Orleans.Dpo.Trainer.References;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Recipes;

/// <summary>Preference training: pairs in, a policy out that keeps near its reference.</summary>
internal static class DpoRecipe
{
    public static JobTrainResult Run(DpoOptions options, ControlLines control, Action<JobMetrics> report)
    {
        var training = options.Training;
        set_num_threads(training.Threads);
        var loss = PreferenceLosses.Create(options.Loss, options.Given());
        RequirePossible(options, loss);
        var encoder = SequenceEncoder.Load(training.Model);
        var compared = new RunReference(options.ReferenceValues with { Folder = options.Reference }, training);
        StepZeroChecks.RequireHash("start policy", options.StartHash, compared.StartHash);
        StepZeroChecks.RequireHash("reference policy", options.ReferenceHash, compared.Hash);
        var rows = PreferenceRows.Read(training.Rows, encoder, training.MaxLength, options.Fields);
        var pairs = rows.Rows;
        StepZeroChecks.Rows(pairs, encoder.Ends, options.HeldOutPromptIds);

        var sequences = PairBatch.Sequences(pairs);
        using var model = StartingModel.Load(training);
        // Only before the first update is the start also the reference, so its values are taken before a checkpoint replaces the weights.
        using var reference = loss.UsesReference ? compared.Open(model, sequences, control.Cancellation) : new NoReference(model.Place);
        var run = RunIdentity.Of(training, [.. loss.UsesReference ? compared.Identity : [("start", compared.StartHash)], .. options.Identity()]);
        var acting = options.SampleByWeight ? options.Fields with { Weight = false } : options.Fields;
        using var session = new TrainingSession(training, model, [.. pairs.Select(pair => pair.Length)], run, control, new SessionExtras
        {
            Kept = reference.Kept,
            Updated = reference.Updated,
            RowNames = new RowView<PreferencePair, RowName>(pairs, pair => new RowName(pair.Line, pair.PairId)),
            RowsTooLong = rows.TooLong,
            SamplingWeights = options.SampleByWeight ? [.. pairs.Select(pair => pair.Weight)] : null,
        });
        if (session.ResumedFrom == 0)
        {
            StepZeroChecks.RequireEvaluation(model);
            using var grad = no_grad();
            using var scope = NewDisposeScope();
            var (logps, _) = PairBatch.Forward(model, pairs, reference, [.. session.FirstRows.Take(training.BatchSize)], acting);
            var first = loss.Forward(logps).Losses.mean().ToSingle();
            session.PassedStepZero(first, !loss.UsesReference ? FormattableString.Invariant($"no reference: loss {first:F6}")
                : compared.IsStart ? RequireZeroRewards(loss, logps, first, training.DType)
                : StepZeroChecks.RequireStored(model, training, (compared, reference), sequences, pairs.Count));
        }

        while (session.Next() is { } step)
        {
            var measures = new StepMeasures { Rows = step.Rows.Length, Pairs = new PairMeasures() };
            foreach (var part in step.Rows.Chunk(training.BatchSize))
            {
                using var scope = NewDisposeScope();
                var (logps, tokens) = PairBatch.Forward(model, pairs, reference, part, acting);
                var output = loss.Forward(logps);
                var sum = (logps.Weight is { } weight ? output.Losses * weight : output.Losses).sum();
                model.Backward(sum / measures.Rows);
                measures.Loss += sum.ToSingle();
                measures.Tokens += tokens;
                Record(measures.Pairs, logps, output);
            }

            report(session.Finish(step, measures));
        }

        var policy = session.SavePolicy();
        var state = session.State;
        return new JobTrainResult
        {
            PolicyHash = PolicyHash.Of(policy),
            Rows = rows.Read,
            RowsTooLong = rows.TooLong,
            Steps = session.Steps,
            ResumedFrom = session.ResumedFrom,
            StepZeroLoss = state.StepZeroLoss,
            StepZeroCheck = state.StepZeroCheck,
            Loss = state.Epoch.MeanLoss(),
            Accuracy = state.Epoch.Accuracy(),
            Margin = state.Epoch.MeanMargin(),
        };
    }

    private static void RequirePossible(DpoOptions options, IPreferenceLoss loss)
    {
        if (!loss.UsesReference && (options.Reference is not null || options.ReferenceValues != new ReferenceOptions()))
        {
            throw TrainerException.BadInput($"Loss {options.Loss} compares with no reference; leave the options of the reference out.");
        }

        if (options.Fields.Margin && !loss.UsesMargin)
        {
            throw TrainerException.BadInput($"Loss {options.Loss} does not use margins of rows; choose margin, or leave margin out of the row fields.");
        }

        if (options.SampleByWeight && !options.Fields.Weight)
        {
            throw TrainerException.BadInput("Rows can be drawn by weight only when weight is among the row fields.");
        }

        options.ReferenceValues.Checked(StartingModel.HasAdapters(options.Training));
    }

    private static string RequireZeroRewards(IPreferenceLoss loss, PreferenceLogps logps, double first, ScalarType type)
    {
        var there = logps with { PolicyChosen = logps.ReferenceChosen, PolicyRejected = logps.ReferenceRejected };
        return StepZeroChecks.RequireZeroRewards(
            cat([logps.PolicyChosen, logps.PolicyRejected]), cat([logps.ReferenceChosen, logps.ReferenceRejected]), (first, loss.Forward(there).Losses.mean().ToSingle()), type);
    }

    private static void Record(PairMeasures sums, PreferenceLogps logps, PreferenceLossOutput output)
    {
        static float[] Values(Tensor tensor) => tensor.detach().cpu().data<float>().ToArray();

        var (chosenRewards, rejectedRewards) = (Values(output.ChosenRewards), Values(output.RejectedRewards));
        var (chosenLogps, rejectedLogps) = (Values(logps.PolicyChosen), Values(logps.PolicyRejected));
        for (var i = 0; i < chosenRewards.Length; i++)
        {
            sums.Add(chosenRewards[i], rejectedRewards[i], chosenLogps[i], rejectedLogps[i]);
        }
    }
}
