using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.Control;
using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.LogProbabilities;
using Orleans.Dpo.Trainer.Losses;
using Orleans.Dpo.Trainer.Modeling;
using Orleans.Dpo.Trainer.References;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Recipes;

/// <summary>KTO: unpaired answers, each good or bad. Its loss depends on the batch, so a step is one forward pass of at least two rows.</summary>
internal static class KtoRecipe
{
    public static JobTrainResult Run(KtoOptions options, ControlLines control, Action<JobMetrics> report)
    {
        var training = options.Training;
        set_num_threads(training.Threads);
        var loss = Loss(options);
        var encoder = SequenceEncoder.Load(training.Model);
        var compared = new RunReference(options.ReferenceValues with { Folder = options.Reference }, training);
        var read = UnpairedRows.Read(training.Rows, encoder, training.MaxLength);
        var rows = read.Rows;
        RequireBatches(training, rows.Count);
        StepZeroChecks.Rows(rows, encoder.Ends, options.HeldOutPromptIds);

        var sequences = new UnpairedSequences(rows);
        bool[] desirable = [.. rows.Select(row => row.Desirable)];
        using var model = StartingModel.Load(training);
        using var reference = compared.Open(model, sequences, control.Cancellation);
        var run = RunIdentity.Of(training, [.. compared.Identity, ("loss", "kto"), .. options.LossNumbers.Select(entry => (entry.Key.Replace('-', '_'), $"{entry.Value:R}"))]);
        using var session = new TrainingSession(training, model, [.. rows.Select(row => row.Answer.Ids.Length)], run, control, new SessionExtras
        {
            Kept = reference.Kept,
            Updated = reference.Updated,
            RowNames = new RowView<UnpairedRow, RowName>(rows, row => new RowName(row.Line, row.RowId)),
            RowsTooLong = read.TooLong,
        });
        if (session.ResumedFrom == 0)
        {
            StepZeroChecks.RequireEvaluation(model);
            using var grad = no_grad();
            using var scope = NewDisposeScope();
            var (logps, _) = Forward(session.FirstRows);
            var first = loss.Forward(logps).Losses.mean().ToSingle();
            var there = logps with { Policy = logps.Reference, MismatchedPolicy = logps.MismatchedReference };
            session.PassedStepZero(first, compared.IsStart
                ? StepZeroChecks.RequireZeroRewards(logps.Policy, logps.Reference, (first, loss.Forward(there).Losses.mean().ToSingle()), training.DType)
                : StepZeroChecks.RequireStored(model, training, (compared, reference), sequences, rows.Count));
        }

        while (session.Next() is { } step)
        {
            using var scope = NewDisposeScope();
            var (logps, tokens) = Forward(step.Rows);
            var output = loss.Forward(logps);
            var sum = output.Losses.sum();
            model.Backward(sum / step.Rows.Length);
            var measures = new UnpairedMeasures { Baseline = output.Baseline.ToSingle() };
            var (rewards, sums) = (output.Rewards.cpu().data<float>().ToArray(), logps.Policy.detach().cpu().data<float>().ToArray());
            for (var i = 0; i < rewards.Length; i++)
            {
                measures.Add(desirable[step.Rows[i]], rewards[i], sums[i]);
            }

            report(session.Finish(step, new StepMeasures
            {
                Unpaired = measures,
                Rows = step.Rows.Length,
                Loss = sum.ToSingle(),
                Tokens = tokens,
            }));
        }

        var policy = session.SavePolicy();
        var (accuracy, margin) = Separation(model, reference);
        return new JobTrainResult
        {
            PolicyHash = PolicyHash.Of(policy),
            Rows = read.Read,
            RowsTooLong = read.TooLong,
            Steps = session.Steps,
            ResumedFrom = session.ResumedFrom,
            StepZeroLoss = session.State.StepZeroLoss,
            StepZeroCheck = session.State.StepZeroCheck,
            Loss = session.State.Epoch.MeanLoss(),
            Accuracy = accuracy,
            Margin = margin,
        };

        (KtoLogps Logps, long Tokens) Forward(int[] part)
        {
            int[] mismatched = Array.ConvertAll(part, row => rows.Count + row);
            var (answers, others) = (Array.ConvertAll(part, row => sequences[row]), Array.ConvertAll(mismatched, row => sequences[row]));
            var sums = ResponseLogProbs.Sums(model, answers);                                                     // [B]
            using var grad = no_grad();
            var logps = new KtoLogps(
                sums,
                reference.LogProbs(part),
                tensor(Array.ConvertAll(part, row => desirable[row] ? 1f : 0f), device: model.Place),
                ResponseLogProbs.Sums(model, others),
                reference.LogProbs(mismatched));
            return (logps, answers.Concat(others).Sum(row => (long)row.Ids.Length));
        }

        (double Accuracy, double Margin) Separation(CausalDecoder policy, IReference against)
        {
            using var scope = NewDisposeScope();
            int[] all = [.. Enumerable.Range(0, desirable.Length)];
            var own = ResponseLogProbs.Of(policy, new RowView<UnpairedRow, TokenRow>(rows, row => row.Answer), ReferenceCache.BatchSize, control.Cancellation);
            var other = all.Chunk(ReferenceCache.BatchSize).SelectMany(part => against.LogProbs(part).cpu().data<float>().ToArray()).ToArray();
            var beta = options.LossNumbers.GetValueOrDefault("beta", 0.1);
            double[] rewards = [.. own.Zip(other, (a, b) => beta * (a - b))];
            var right = all.Count(row => rewards[row] > 0 == desirable[row]) / (double)all.Length;
            return (right, all.Where(row => desirable[row]).Average(row => rewards[row]) - all.Where(row => !desirable[row]).Average(row => rewards[row]));
        }
    }

    private static KtoLoss Loss(KtoOptions options)
    {
        if (options.Training.AccumulationSteps > 1)
        {
            throw TrainerException.BadInput("KTO's loss is one of the whole batch, so steps cannot be accumulated; raise --batch-size and leave --accumulation-steps at 1.");
        }

        options.ReferenceValues.Checked(StartingModel.HasAdapters(options.Training));
        var given = new LossArguments(options.LossNumbers);
        var loss = new KtoLoss(given.Beta(), given.NotNegative("desirable-weight", 1), given.NotNegative("undesirable-weight", 1));
        return given.Unused.FirstOrDefault() is { } unused
            ? throw TrainerException.BadInput($"KTO does not use the option {unused}; leave it out.")
            : loss;
    }

    private static void RequireBatches(TrainingOptions training, int rows)
    {
        if (training.BatchSize < 2 || rows % training.BatchSize == 1)
        {
            throw TrainerException.BadInput(training.BatchSize < 2
                ? "KTO estimates the divergence over a batch; --batch-size must be at least 2."
                : $"With {rows} rows and a batch size of {training.BatchSize} the last step of an epoch would have a single row, and KTO needs two; choose another batch size.");
        }
    }
}
