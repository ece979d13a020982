using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.Control;
using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.LogProbabilities;
using Orleans.Dpo.Trainer.Losses;
using Orleans.Dpo.Trainer.References;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Recipes;

/// <summary>Preference training on rankings with the Plackett–Luce form of DPO. Measures of pairs compare the best answer with the worst.</summary>
internal static class RankingRecipe
{
    public const string LossName = "plackettLuce";

    public static JobTrainResult Run(DpoOptions options, ControlLines control, Action<JobMetrics> report)
    {
        var training = options.Training;
        set_num_threads(training.Threads);
        var loss = Loss(options);
        var encoder = SequenceEncoder.Load(training.Model);
        var compared = new RunReference(options.ReferenceValues with { Folder = options.Reference }, training);
        StepZeroChecks.RequireHash("start policy", options.StartHash, compared.StartHash);
        StepZeroChecks.RequireHash("reference policy", options.ReferenceHash, compared.Hash);
        var read = RankedRows.Read(training.Rows, encoder, training.MaxLength);
        var rows = read.Rows;
        StepZeroChecks.Rows(rows, encoder.Ends, options.HeldOutPromptIds);

        var sequences = new RankedSequences(rows);
        using var model = StartingModel.Load(training);
        using var reference = compared.Open(model, sequences, control.Cancellation);
        var run = RunIdentity.Of(training, [.. compared.Identity, .. options.Identity()]);
        using var session = new TrainingSession(training, model, [.. rows.Select(row => row.Length)], run, control, new SessionExtras
        {
            Kept = reference.Kept,
            Updated = reference.Updated,
            RowNames = new RowView<RankedRow, RowName>(rows, row => new RowName(row.Line, row.RowId)),
            RowsTooLong = read.TooLong,
        });
        if (session.ResumedFrom == 0)
        {
            StepZeroChecks.RequireEvaluation(model);
            using var grad = no_grad();
            using var scope = NewDisposeScope();
            var (logps, _) = Forward([.. session.FirstRows.Take(training.BatchSize)]);
            var first = loss.Forward(logps).Losses.mean().ToSingle();
            session.PassedStepZero(first, compared.IsStart
                ? StepZeroChecks.RequireZeroRewards(
                    logps.Policy, logps.Reference, (first, loss.Forward(logps with { Policy = logps.Reference }).Losses.mean().ToSingle()), training.DType)
                : StepZeroChecks.RequireStored(model, training, (compared, reference), sequences, sequences.Count));
        }

        while (session.Next() is { } step)
        {
            var measures = new StepMeasures { Rows = step.Rows.Length, Pairs = new PairMeasures() };
            foreach (var part in step.Rows.Chunk(training.BatchSize))
            {
                using var scope = NewDisposeScope();
                var (logps, tokens) = Forward(part);
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

        (RankedLogps Logps, long Tokens) Forward(int[] part)
        {
            int[] numbers = [.. part.SelectMany(sequences.Of)];
            TokenRow[] answers = [.. part.SelectMany(row => rows[row].Ranked)];
            var logps = new RankedLogps(ResponseLogProbs.Sums(model, answers), reference.LogProbs(numbers), Array.ConvertAll(part, row => sequences.Of(row).Count())); // [N]
            return (logps, answers.Sum(answer => (long)answer.Ids.Length));
        }
    }

    private static PlackettLuceLoss Loss(DpoOptions options)
    {
        if (options.Loss != LossName)
        {
            throw TrainerException.BadInput($"The rows are rankings, and loss {options.Loss} compares pairs; choose --loss {LossName}.");
        }

        if (options.Fields != RowFields.None || options.SampleByWeight)
        {
            throw TrainerException.BadInput("Row fields act on pairs only; rankings have none.");
        }

        options.ReferenceValues.Checked(StartingModel.HasAdapters(options.Training));
        var given = new LossArguments(options.Given());
        var loss = new PlackettLuceLoss(given.Beta());
        return given.Unused.FirstOrDefault() is { } unused
            ? throw TrainerException.BadInput($"Loss {LossName} does not use the option {unused}; leave it out.")
            : loss;
    }

    private static void Record(PairMeasures sums, RankedLogps logps, RankedLossOutput output)
    {
        var (rewards, values) = (output.Rewards.cpu().data<float>().ToArray(), logps.Policy.detach().cpu().data<float>().ToArray());
        var first = 0;
        foreach (var size in logps.Sizes)
        {
            var last = first + size - 1;
            sums.Add(rewards[first], rewards[last], values[first], values[last]);
            first = last + 1;
        }
    }
}
