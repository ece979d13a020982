using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.Control;
using Orleans.Dpo.Trainer.LogProbabilities;
using Orleans.Dpo.Trainer.Modeling;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Recipes;

/// <summary>Imitation: minimises nats a token over the counted tokens of each step.</summary>
internal static class SftRecipe
{
    public static SftOutcome Run(SftOptions options, ControlLines control, Action<JobMetrics> report)
    {
        var training = options.Training;
        set_num_threads(training.Threads);
        var encoder = SequenceEncoder.Load(training.Model);
        var rows = SftRows.Read(training.Rows, encoder, training.MaxLength, options.Full);
        var run = RunIdentity.Of(training, [("start", options.RandomStart ? "random" : PolicyHash.Of(training.Model)), .. options.Full ? new[] { ("counted", "full") } : []]);
        using var model = options.RandomStart ? StartingModel.Fresh(training) : StartingModel.Load(training);
        using var session = new TrainingSession(training, model, [.. rows.Rows.Select(row => row.Ids.Length)], run, control, new SessionExtras { RowsTooLong = rows.TooLong });
        session.Train(part => new StepMeasures { Rows = part.Sum(row => rows.Rows[row].ResponseLength) }, (part, _) =>
        {
            var texts = Array.ConvertAll(part, row => rows.Rows[row]);
            return (-ResponseLogProbs.PerToken(model, texts).sum(), texts.Sum(text => (long)text.Ids.Length));
        }, report);
        var policy = session.SavePolicy();
        var validation = options.ValidationRows is { } file ? Measure(model, SftRows.Read(file, encoder, training.MaxLength, options.Full).Rows, control) : (double?)null;
        return new SftOutcome(policy, PolicyHash.Of(policy), rows.Rows.Count, rows.TooLong, session.Steps, session.State.Epoch.MeanLoss(), validation);
    }

    /// <summary>Nats a token over all counted tokens.</summary>
    private static double Measure(CausalDecoder model, IReadOnlyList<TokenRow> rows, ControlLines control) =>
        -ResponseLogProbs.Of(model, rows, 64, control.Cancellation).Sum(value => (double)value) / rows.Sum(row => (double)row.ResponseLength);
}
