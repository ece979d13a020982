namespace Orleans.Dpo.Grains.Agreement;

/// <summary>
/// Evidence that someone answers gold worse than is good enough, as an e-value: a bet of <see cref="WorseBy"/> the share against it. For anyone at least that good the product has mean at most 1
/// after every answer, so that it ever reaches 1/α with probability at most α (Ville's inequality), however often it is looked at.
/// </summary>
public static class GoldEvidence
{
    /// <summary>The bet is that right answers are half as frequent as is good enough.</summary>
    public const double WorseBy = 0.5;

    /// <summary>Logarithm of the e-value from which on an annotator is paused: one false pause in 20 annotators at most.</summary>
    public static double PauseAt { get; } = Math.Log(20);

    /// <summary>Logarithm of the e-value.</summary>
    /// <param name="right">Right answers.</param>
    /// <param name="wrong">Wrong answers.</param>
    /// <param name="pass">Share of right answers that is good enough, in (0, 1).</param>
    public static double Of(int right, int wrong, double pass) =>
        (right * DeterministicMath.Log(WorseBy)) + (wrong * DeterministicMath.Log((1 - (WorseBy * pass)) / (1 - pass)));
}
