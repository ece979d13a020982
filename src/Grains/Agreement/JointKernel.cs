using System.Runtime.Intrinsics;
using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>
/// Davidson's tie model (JASA 65, 1970, eq. 2.4) on a grid of d: with u = e^(η/2) and η = a·d + s·b + γ·Δstyle,
/// P(A) : P(B) : P(tie) = u : 1/u : ν. s is +1 with A on the left, −1 with B there.
/// </summary>
internal static class JointKernel
{
    /// <summary>e^(a·d/2) and its reciprocal on the grid.</summary>
    public static void Tabulate(JointGrid grid, double reliability, JointOdds odds)
    {
        for (var q = 0; q < grid.Count; q++)
        {
            var d = grid.Values[q];
            var lanes = Vector256.Create(Odds(d.GetElement(0)), Odds(d.GetElement(1)), Odds(d.GetElement(2)), Odds(d.GetElement(3)));
            odds.Up[q] = lanes;
            odds.Down[q] = Vector256<double>.One / lanes;
        }

        double Odds(double d) => DeterministicMath.Exp(0.5 * reliability * d);
    }

    /// <summary>Multiplies the weights with a vote's likelihood and leaves P(A) − P(B) and P(tie) in the other lanes.</summary>
    /// <param name="odds">Of the annotator.</param>
    /// <param name="offset">s·b + γ·Δstyle.</param>
    /// <param name="tie">ν.</param>
    /// <param name="choice">The vote: A, B or Tie.</param>
    /// <param name="lanes">Changed in place.</param>
    public static void Multiply(JointOdds odds, double offset, double tie, Choice choice, JointLanes lanes)
    {
        var shift = DeterministicMath.Exp(0.5 * offset);
        var weights = lanes.Weights;
        var (forA, forB, forTie) = (Vector256.Create(shift), Vector256.Create(1 / shift), Vector256.Create(tie));
        for (var q = 0; q < weights.Length; q++)
        {
            var a = odds.Up[q] * forA;
            var b = odds.Down[q] * forB;
            var scale = Vector256<double>.One / (a + b + forTie);
            lanes.Gap[q] = (a - b) * scale;
            lanes.Tied[q] = forTie * scale;
            weights[q] *= (choice is Choice.A ? a : choice is Choice.B ? b : forTie) * scale;
        }
    }

    /// <summary>Adds what a vote says about its annotator and the common parameters, in expectation over d.</summary>
    /// <remarks>
    /// With D = P(A) − P(B) and T = P(tie): ∂l/∂η = ½(y_A − y_B) − ½D, −∂²l/∂η² = ¼(1 − T − D²), −∂²l/∂η∂τ = −½TD, ∂l/∂τ = y_T − T, −∂²l/∂τ² = T(1 − T), τ = ln ν.
    /// η is linear in (a, b, c) with coefficients (d, s, Δstyle).
    /// </remarks>
    public static void Accumulate(JointGrid grid, JointLanes lanes, JointVote vote, ref JointSums sums)
    {
        var (choice, side, style) = vote;
        var (gap0, gap1, curve0, curve1, curve2) = (Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero);
        var (cross0, cross1, tie1, tie2, mean) = (Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero);
        for (var q = 0; q < lanes.Weights.Length; q++)
        {
            var (w, d, t) = (lanes.Weights[q], lanes.Gap[q], lanes.Tied[q]);
            var weighted = w * grid.Values[q];
            var curve = Vector256<double>.One - t - (d * d);
            mean += weighted;
            gap0 += w * d;
            gap1 += weighted * d;
            curve0 += w * curve;
            curve1 += weighted * curve;
            curve2 += weighted * grid.Values[q] * curve;
            cross0 += w * t * d;
            cross1 += weighted * t * d;
            tie1 += w * t;
            tie2 += w * t * t;
        }

        var won = choice is Choice.A ? 0.5 : choice is Choice.B ? -0.5 : 0;
        var slope = won - (0.5 * JointGrid.Sum(gap0));
        var (h0, h1, c0, c1) = (0.25 * JointGrid.Sum(curve0), 0.25 * JointGrid.Sum(curve1), -0.5 * JointGrid.Sum(cross0), -0.5 * JointGrid.Sum(cross1));
        var share = JointGrid.Sum(tie1);
        sums.Information += new Symmetric3(0.25 * JointGrid.Sum(curve2), side * h1, style * h1, h0, side * style * h0, style * style * h0);
        sums.A += (won * JointGrid.Sum(mean)) - (0.5 * JointGrid.Sum(gap1));
        sums.B += side * slope;
        sums.C += style * slope;
        sums.TieA += c1;
        sums.TieB += side * c0;
        sums.TieC += style * c0;
        sums.Tie += (choice is Choice.Tie ? 1 : 0) - share;
        sums.TieInformation += share - JointGrid.Sum(tie2);
    }

    /// <summary>The covariance of a vote's score over d: what is missing from its information because d is not known (Louis, JRSS B 44, 1982).</summary>
    public static Symmetric3 Missing(JointGrid grid, JointLanes lanes, JointVote vote)
    {
        var (choice, side, style) = vote;
        var won = Vector256.Create(choice is Choice.A ? 0.5 : choice is Choice.B ? -0.5 : 0);
        var (first0, first1, second0, second1, second2) = (Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero);
        for (var q = 0; q < lanes.Weights.Length; q++)
        {
            var score = won - (lanes.Gap[q] * 0.5);
            var (w, d) = (lanes.Weights[q] * score, grid.Values[q]);
            first0 += w;
            first1 += w * d;
            second0 += w * score;
            second1 += w * score * d;
            second2 += w * score * d * d;
        }

        var (m0, m1) = (JointGrid.Sum(first0), JointGrid.Sum(first1));
        var v0 = JointGrid.Sum(second0) - (m0 * m0);
        var v1 = JointGrid.Sum(second1) - (m0 * m1);
        return new(JointGrid.Sum(second2) - (m1 * m1), side * v1, style * v1, v0, side * style * v0, style * style * v0);
    }
}
