using System.Runtime.Intrinsics;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>Mutual information of a vote and the sign of d.</summary>
internal static class JointInformation
{
    /// <summary>I(y; sign d) = Σ P(y, s) log P(y, s) / (P(y) P(s)) in nats, y over A, B and tie (Lindley, Ann. Math. Stat. 27, 1956); 0 to ln 2.</summary>
    public static double AboutSign(ReadOnlySpan<Vector256<double>> weights, JointOdds odds, double offset, double tie)
    {
        var half = weights.Length / 2;
        var negative = Shares(weights[..half], new(odds.Up[..half], odds.Down[..half]), offset, tie);
        var positive = Shares(weights[half..], new(odds.Up[half..], odds.Down[half..]), offset, tie);
        var (below, above) = (negative.A + negative.B + negative.Tie, positive.A + positive.B + positive.Tie);
        var gain = Part(negative.A, negative.A + positive.A, below) + Part(positive.A, negative.A + positive.A, above)
            + Part(negative.B, negative.B + positive.B, below) + Part(positive.B, negative.B + positive.B, above)
            + Part(negative.Tie, negative.Tie + positive.Tie, below) + Part(positive.Tie, negative.Tie + positive.Tie, above);
        return Math.Max(0, gain);
    }

    private static (double A, double B, double Tie) Shares(ReadOnlySpan<Vector256<double>> weights, JointOdds odds, double offset, double tie)
    {
        var shift = DeterministicMath.Exp(0.5 * offset);
        var (forA, forB, forTie) = (Vector256.Create(shift), Vector256.Create(1 / shift), Vector256.Create(tie));
        var (sumA, sumB, sumTie) = (Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero);
        for (var q = 0; q < weights.Length; q++)
        {
            var (a, b) = (odds.Up[q] * forA, odds.Down[q] * forB);
            var scale = weights[q] / (a + b + forTie);
            sumA += a * scale;
            sumB += b * scale;
            sumTie += forTie * scale;
        }

        return (JointGrid.Sum(sumA), JointGrid.Sum(sumB), JointGrid.Sum(sumTie));
    }

    private static double Part(double joint, double vote, double sign) => joint > 0 ? joint * DeterministicMath.Log(joint / (vote * sign)) : 0;
}
