using System.Collections.Immutable;
using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>What the joint model is fitted to. The order of judgments decides the order of sums, so a caller who prints results fixes it.</summary>
public sealed class JointInput
{
    /// <summary>Checks and keeps the judgments.</summary>
    /// <param name="annotators">How many annotators there are.</param>
    /// <param name="style">For each item Δstyle = style of A less style of B, such as <see cref="LengthDifference"/>; in [−1, 1].</param>
    /// <param name="judgments">The votes.</param>
    /// <exception cref="ArgumentException">An index or a style is out of range, or a judgment is a skip.</exception>
    public JointInput(int annotators, ImmutableArray<double> style, ImmutableArray<JointJudgment> judgments)
    {
        foreach (var judgment in judgments)
        {
            if ((uint)judgment.Item >= (uint)style.Length || (uint)judgment.Annotator >= (uint)annotators || judgment.Choice is not (Choice.A or Choice.B or Choice.Tie or Choice.BothBad))
            {
                throw new ArgumentException($"{judgment} is no vote on {style.Length} items by {annotators} annotators.", nameof(judgments));
            }
        }

        if (style.Any(difference => !(Math.Abs(difference) <= 1)))
        {
            throw new ArgumentException("A style difference is not from −1 to 1.", nameof(style));
        }

        (Annotators, Style, Judgments) = (annotators, style, judgments);
    }

    /// <summary>How many annotators there are.</summary>
    public int Annotators { get; }

    /// <summary>Δstyle of each item.</summary>
    public ImmutableArray<double> Style { get; }

    /// <summary>The votes.</summary>
    public ImmutableArray<JointJudgment> Judgments { get; }

    /// <summary>(a − b) / (a + b), the scale of FastChat's style control; 0 for two empty texts.</summary>
    public static double LengthDifference(int a, int b) => a + b is 0 ? 0 : (a - b) / (double)(a + b);
}
