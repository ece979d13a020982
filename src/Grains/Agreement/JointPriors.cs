namespace Orleans.Dpo.Grains.Agreement;

/// <summary>Priors of <c>joint/1</c>. They are part of the algorithm: another value is another version.</summary>
internal static class JointPriors
{
    /// <summary>d ~ N(0, 1.5²): an annotator of reliability 1 then agrees with the better response in about three of four decided votes, the band that people reach.</summary>
    public const double ItemDeviation = 1.5;

    /// <summary>a ~ N(1, 1²): most annotators mean what they say, which also fixes the sign of d.</summary>
    public const double ReliabilityMean = 1;

    /// <summary>Precision of a.</summary>
    public const double ReliabilityPrecision = 1;

    /// <summary>b ~ N(0, ½²).</summary>
    public const double PositionPrecision = 4;

    /// <summary>c, an annotator's γ less the common one, ~ N(0, 1²) in logits per unit of Δstyle.</summary>
    public const double StylePrecision = 1;

    /// <summary>Common γ ~ N(0, 1²).</summary>
    public const double CommonStylePrecision = 1;

    /// <summary>ln ν ~ N(ln ½, 1²).</summary>
    public const double LogTieMean = -0.6931471805599453;

    /// <summary>Precision of ln ν.</summary>
    public const double LogTiePrecision = 1;

    /// <summary>An item's both-bad share has the weight of this many votes at the common rate.</summary>
    public const double BothBadVotes = 2;
}
