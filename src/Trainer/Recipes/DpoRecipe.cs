using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Trainer.Batching;
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
        var loss = PreferenceLosses.Create(options.Loss, options.Given());
        RequirePossible(options, loss);
        var run = new ComparedRun(options) { UsesReference = loss.UsesReference };
        var read = run.Checked(PreferenceRows.Read(training.Rows, run.Encoder, training.MaxLength, options.Fields));
        var pairs = read.Rows;
        var sequences = PairBatch.Sequences(pairs);
        var acting = options.SampleByWeight ? options.Fields with { Weight = false } : options.Fields;
        using var model = StartingModel.Load(training);
        using var reference = run.OpenReference(model, sequences, control);
        using var session = run.OpenSession(model, read, reference, control, options.SampleByWeight ? [.. pairs.Select(pair => pair.Weight)] : null);
        run.CheckStart(session, (model, reference), sequences, pairs.Count, rows =>
        {
            var (logps, _) = PairBatch.Forward(model, pairs, reference, rows, acting);
            var there = logps with { PolicyChosen = logps.ReferenceChosen, PolicyRejected = logps.ReferenceRejected };
            return new StartValues(
                cat([logps.PolicyChosen, logps.PolicyRejected]), cat([logps.ReferenceChosen, logps.ReferenceRejected]),
                loss.Forward(logps).Losses, () => loss.Forward(there).Losses);
        });
        session.Train(StepMeasures.OfPairs, (rows, measures) =>
        {
            var (logps, tokens) = PairBatch.Forward(model, pairs, reference, rows, acting);
            var output = loss.Forward(logps);
            Record(measures.Pairs!, logps, output);
            return ((logps.Weight is { } weight ? output.Losses * weight : output.Losses).sum(), tokens);
        }, report);
        return ComparedRun.Finish(session, read);
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
