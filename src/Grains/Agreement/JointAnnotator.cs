namespace Orleans.Dpo.Grains.Agreement;

/// <summary>What is believed of one annotator; without votes, the prior.</summary>
/// <param name="Reliability">a: 1 is usual, 0 answers by chance, negative is inverted.</param>
/// <param name="ReliabilityError">Its standard error.</param>
/// <param name="PositionBias">b, in logits: positive favours the left.</param>
/// <param name="PositionError">Its standard error.</param>
/// <param name="StyleBias">This annotator's γ, in logits per unit of Δstyle.</param>
/// <param name="StyleError">Standard error of its difference from the common γ.</param>
/// <param name="Decided">Votes that are A, B or a tie.</param>
public readonly record struct JointAnnotator(
    double Reliability, double ReliabilityError, double PositionBias, double PositionError, double StyleBias, double StyleError, int Decided);
