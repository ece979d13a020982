using System.Collections.Immutable;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.Control;
using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.Losses;
using Orleans.Dpo.Trainer.Rewards;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Orleans.Dpo.Trainer.Recipes;

/// <summary>
/// Reward training. Pairs: Bradley–Terry, −log σ(r_w − r_l − m) with the row's margin m or none (arXiv:2307.09288, Eqs. 1 and 2).
/// Rankings: Plackett–Luce over the rewards, of which Bradley–Terry is the case of two.
/// </summary>
internal static class RewardRecipe
{
    public static RewardOutcome Run(RewardOptions options, ControlLines control, Action<JobMetrics> report)
    {
        var training = options.Training;
        set_num_threads(training.Threads);
        var encoder = SequenceEncoder.Load(training.Model);
        var (rows, margins, tooLong) = Read(training.Rows, encoder, options);
        StepZeroChecks.Rows(rows, encoder.Ends, options.HeldOutPromptIds);
        using var model = RewardModel.On(StartingModel.Load(training));
        var run = RunIdentity.Of(training, ("start", PolicyHash.Of(training.Model)), ("loss", options.Margins ? "reward with margins" : "reward"));
        using var session = new TrainingSession(training, model.Decoder, [.. rows.Select(row => row.Length)], run, control, new SessionExtras
        {
            RowNames = [.. rows.Select(row => new RowName(row.Line, row.RowId))],
            RowsTooLong = tooLong,
            Trained = [(RewardModel.HeadName, model.Head)],
            WritePolicy = folder => model.Write(folder, training.Model),
        });

        while (session.Next() is { } step)
        {
            var measures = new StepMeasures { Rows = step.Rows.Length, Pairs = new PairMeasures() };
            foreach (var part in step.Rows.Chunk(training.BatchSize))
            {
                using var scope = NewDisposeScope();
                int[] sizes = Array.ConvertAll(part, row => rows[row].Ranked.Length);
                var rewards = model.Rewards([.. part.SelectMany(row => rows[row].Ranked)]);                  // [N]
                var losses = options.Margins ? BradleyTerry(rewards, Array.ConvertAll(part, row => (float)margins[row])) : PlackettLuceLoss.OfScores(rewards, sizes);
                var sum = losses.sum();
                model.Decoder.Backward(sum / measures.Rows);
                measures.Loss += sum.ToSingle();
                measures.Tokens += part.Sum(row => rows[row].Ranked.Sum(answer => (long)answer.Ids.Length));
                Record(measures.Pairs, rewards.detach().cpu().data<float>().ToArray(), sizes);
            }

            report(session.Finish(step, measures));
        }

        var folder = session.SavePolicy();
        var validation = options.ValidationRows is { } file ? Accuracy(model, Read(file, encoder, options).Rows, training.BatchSize) : (double?)null;
        var epoch = session.State.Epoch;
        return new RewardOutcome(folder, PolicyHash.Of(folder), rows.Length, tooLong, session.Steps, epoch.MeanLoss(), epoch.Accuracy(), validation);
    }

    /// <summary>Share of rows whose best answer gets more than the worst.</summary>
    public static double Accuracy(RewardModel model, IReadOnlyList<RankedRow> rows, int batchSize)
    {
        using var grad = no_grad();
        var right = 0;
        foreach (var part in rows.Chunk(batchSize))
        {
            using var scope = NewDisposeScope();
            var rewards = model.Rewards([.. part.SelectMany(row => new[] { row.Ranked[0], row.Ranked[^1] })]).cpu().data<float>().ToArray();
            right += part.Where((_, i) => rewards[2 * i] > rewards[(2 * i) + 1]).Count();
        }

        return right / (double)rows.Count;
    }

    /// <summary>Pairs are rankings of two; only they can have margins.</summary>
    private static (ImmutableArray<RankedRow> Rows, double[] Margins, int TooLong) Read(string file, SequenceEncoder encoder, RewardOptions options)
    {
        if (RankedRows.Are(file))
        {
            var rankings = RankedRows.Read(file, encoder, options.Training.MaxLength);
            return options.Margins
                ? throw TrainerException.BadInput($"{file} has rankings, which have no margins; leave margin out of the row fields.")
                : ([.. rankings.Rows], [], rankings.TooLong);
        }

        var pairs = PreferenceRows.Read(file, encoder, options.Training.MaxLength, new RowFields(Margin: options.Margins));
        return (
            [.. pairs.Rows.Select(pair => new RankedRow(pair.Line, pair.PairId, pair.PromptId, [pair.Chosen, pair.Rejected]))],
            [.. pairs.Rows.Select(pair => pair.Margin)],
            pairs.TooLong);
    }

    private static Tensor BradleyTerry(Tensor rewards, float[] margins)
    {
        var sides = rewards.view(margins.Length, 2);                                                         // [B, 2]
        return -F.logsigmoid(sides.select(1, 0) - sides.select(1, 1) - tensor(margins, device: rewards.device));
    }

    private static void Record(PairMeasures sums, float[] rewards, int[] sizes)
    {
        var first = 0;
        foreach (var size in sizes)
        {
            sums.Add(rewards[first], rewards[first + size - 1], 0, 0);
            first += size;
        }
    }
}
