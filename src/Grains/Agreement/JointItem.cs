namespace Orleans.Dpo.Grains.Agreement;

/// <summary>What is believed of one pair.</summary>
/// <param name="PABetter">P(d &gt; 0 | votes): A is better; ½ without decided votes.</param>
/// <param name="Mean">Posterior mean of d = r_A − r_B.</param>
/// <param name="Deviation">Its posterior standard deviation.</param>
/// <param name="Tie">Probability that an annotator of reliability 1 without biases would say tie.</param>
/// <param name="BothBad">Expected share of both-bad among further votes.</param>
/// <param name="Decided">Votes that are A, B or a tie.</param>
/// <param name="Votes">All votes.</param>
public readonly record struct JointItem(double PABetter, double Mean, double Deviation, double Tie, double BothBad, int Decided, int Votes);
