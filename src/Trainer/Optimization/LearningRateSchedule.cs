namespace Orleans.Dpo.Trainer.Optimization;

/// <summary>Linear rise over the first steps, then a straight line down to a share of the peak at the last step.</summary>
/// <param name="Steps">Optimizer steps in all.</param>
/// <param name="Peak">Largest learning rate.</param>
/// <param name="WarmupShare">Share of all steps spent rising, in [0, 1].</param>
/// <param name="FinalShare">Learning rate of the last step as a share of the peak, in [0, 1].</param>
internal sealed record LearningRateSchedule(int Steps, double Peak, double WarmupShare, double FinalShare)
{
    /// <summary>The learning rate of a step, the first being 0. The first step already moves: warm-up ends at the peak, it does not begin at 0.</summary>
    public double At(int step)
    {
        var warmup = (int)Math.Ceiling(Steps * WarmupShare);
        if (step < warmup)
        {
            return Peak * (step + 1) / warmup;
        }

        var rest = Math.Max(1, Steps - warmup - 1);
        var share = Math.Min(1, (step - warmup) / (double)rest);
        return Peak * (1 - (share * (1 - FinalShare)));
    }
}
