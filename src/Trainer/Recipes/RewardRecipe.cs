using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.Control;
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
        var read = RewardRows.Read(training.Rows, encoder, training.MaxLength, options.Margins);
        var rows = read.Rows;
        StepZeroChecks.Rows(rows, encoder.Ends, options.HeldOutPromptIds);
        using var model = RewardModel.On(StartingModel.Load(training));
        var run = RunIdentity.Of(training, ("start", PolicyHash.Of(training.Model)), ("loss", options.Margins ? "reward with margins" : "reward"));
        using var session = new TrainingSession(training, model.Decoder, [.. rows.Select(row => row.Length)], run, control, new SessionExtras
        {
            RowNames = new RowView<RankedRow, RowName>(rows, row => new RowName(row.Line, row.RowId)),
            RowsTooLong = read.TooLong,
            Trained = [(RewardModel.HeadName, model.Head)],
            WritePolicy = folder => model.Write(folder, training.Model),
        });
        session.Train(StepMeasures.OfPairs, (part, measures) =>
        {
            var some = Array.ConvertAll(part, row => rows[row]);
            int[] sizes = Array.ConvertAll(some, row => row.Ranked.Length);
            var rewards = model.Rewards([.. some.SelectMany(row => row.Ranked)]);                            // [N]
            var losses = options.Margins ? BradleyTerry(rewards, Array.ConvertAll(some, row => (float)row.Margin)) : PlackettLuceLoss.OfScores(rewards, sizes);
            Record(measures.Pairs!, rewards.detach().cpu().data<float>().ToArray(), sizes);
            return (losses.sum(), some.Sum(row => row.Ranked.Sum(answer => (long)answer.Ids.Length)));
        }, report);
        var folder = session.SavePolicy();
        var validation = options.ValidationRows is { } file
            ? Accuracy(model, RewardRows.Read(file, encoder, training.MaxLength, options.Margins).Rows, training.BatchSize) : (double?)null;
        var epoch = session.State.Epoch;
        return new RewardOutcome(folder, PolicyHash.Of(folder), rows.Count, read.TooLong, session.Steps, epoch.MeanLoss(), epoch.Accuracy(), validation);
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
