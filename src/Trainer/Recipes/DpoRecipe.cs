using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.Control;
using Orleans.Dpo.Trainer.Losses;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Recipes;

/// <summary>Preference training: pairs in, a policy out that keeps near its reference.</summary>
internal static class DpoRecipe
{
    public static JobTrainResult Run(DpoOptions options, ControlLines control, Action<JobMetrics> report)
    {
        var training = options.Training;
        set_num_threads(training.Threads);
        var place = device(training.Device);
        var loss = PreferenceLosses.Create(options.Loss, options.Beta, options.LabelSmoothing);
        var encoder = SequenceEncoder.Load(training.Model);
        var (startHash, referenceHash) = (PolicyHash.Of(training.Model), PolicyHash.Of(options.Reference));
        PolicyHash.RequireSameTokenizer(options.Reference, training.Model, "The reference");
        var rows = PreferenceRows.Read(training.Rows, encoder, training.MaxLength);
        var pairs = rows.Rows;
        StepZeroChecks.Rows(options, startHash, referenceHash, pairs, encoder.Ends);

        using var model = ModelFolder.Load(training.Model, place);
        // Only before the first update is the start also the reference, so its values are taken before a checkpoint replaces the weights.
        var reference = ReferenceLogProbs.Get((options.Reference, referenceHash, startHash == referenceHash ? model : null), training, pairs, control.Cancellation);
        var run = RunIdentity.Of(training, ("start", startHash), ("reference", referenceHash), ("loss", options.Loss),
            ("beta", $"{options.Beta:R}"), ("label_smoothing", $"{options.LabelSmoothing:R}"));
        using var session = new TrainingSession(training, model, [.. pairs.Select(pair => pair.Length)], run, control);
        if (session.ResumedFrom == 0)
        {
            int[] first = [.. session.FirstRows.Take(training.BatchSize)];
            var (value, check) = StepZeroChecks.FirstBatch(model, options, startHash == referenceHash, pairs, (reference, loss, first));
            session.PassedStepZero(value, check);
        }

        while (session.Next() is { } step)
        {
            var measures = new StepMeasures { Rows = step.Rows.Length, Pairs = new PairMeasures() };
            foreach (var part in step.Rows.Chunk(training.BatchSize))
            {
                using var scope = NewDisposeScope();
                var (logps, tokens) = PairBatch.Forward(model, pairs, reference, part);
                var output = loss.Forward(logps);
                var sum = output.Losses.sum();
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
