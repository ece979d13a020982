using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Trainer.Batching;
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
        var loss = Loss(options);
        var run = new ComparedRun(options);
        var read = UnpairedRows.Read(training.Rows, run.Encoder, training.MaxLength);
        var rows = read.Rows;
        RequireBatches(training, rows.Count);
        run.Checked(read);
        var sequences = new UnpairedSequences(rows);
        bool[] desirable = [.. rows.Select(row => row.Desirable)];
        using var model = StartingModel.Load(training);
        using var reference = run.OpenReference(model, sequences, control);
        using var session = run.OpenSession(model, read, reference, control);
        run.CheckStart(session, (model, reference), sequences, rows.Count, part =>
        {
            var (logps, _) = Forward(part);
            var there = logps with { Policy = logps.Reference, MismatchedPolicy = logps.MismatchedReference };
            return new StartValues(logps.Policy, logps.Reference, loss.Forward(logps).Losses, () => loss.Forward(there).Losses);
        });
        session.Train(part => new StepMeasures { Rows = part.Length }, (part, measures) =>
        {
            var (logps, tokens) = Forward(part);
            var output = loss.Forward(logps);
            measures.Unpaired = new UnpairedMeasures { Baseline = output.Baseline.ToSingle() };
            var (rewards, sums) = (output.Rewards.cpu().data<float>().ToArray(), logps.Policy.detach().cpu().data<float>().ToArray());
            for (var i = 0; i < rewards.Length; i++)
            {
                measures.Unpaired.Add(desirable[part[i]], rewards[i], sums[i]);
            }

            return (output.Losses.sum(), tokens);
        }, report);
        var result = ComparedRun.Finish(session, read);
        var (accuracy, margin) = Separation(model, reference);
        return result with { Accuracy = accuracy, Margin = margin };

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
