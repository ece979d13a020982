using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.Control;
using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.LogProbabilities;
using Orleans.Dpo.Trainer.Losses;

namespace Orleans.Dpo.Trainer.Recipes;

/// <summary>Preference training on rankings with the Plackett–Luce form of DPO. Measures of pairs compare the best answer with the worst.</summary>
internal static class RankingRecipe
{
    public const string LossName = "plackettLuce";

    public static JobTrainResult Run(DpoOptions options, ControlLines control, Action<JobMetrics> report)
    {
        var training = options.Training;
        var loss = Loss(options);
        var run = new ComparedRun(options);
        var read = run.Checked(RankedRows.Read(training.Rows, run.Encoder, training.MaxLength));
        var sequences = new RankedSequences(read.Rows);
        using var model = StartingModel.Load(training);
        using var reference = run.OpenReference(model, sequences, control);
        using var session = run.OpenSession(model, read, reference, control);
        run.CheckStart(session, (model, reference), sequences, sequences.Count, rows =>
        {
            var (logps, _) = Forward(rows);
            return new StartValues(logps.Policy, logps.Reference, loss.Forward(logps).Losses, () => loss.Forward(logps with { Policy = logps.Reference }).Losses);
        });
        session.Train(StepMeasures.OfPairs, (rows, measures) =>
        {
            var (logps, tokens) = Forward(rows);
            var output = loss.Forward(logps);
            Record(measures.Pairs!, logps, output);
            return (output.Losses.sum(), tokens);
        }, report);
        return ComparedRun.Finish(session, read);

        (RankedLogps Logps, long Tokens) Forward(int[] part)
        {
            int[] numbers = [.. part.SelectMany(sequences.Of)];
            TokenRow[] answers = [.. part.SelectMany(row => read.Rows[row].Ranked)];
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
