using Orleans.Dpo.Grains.Annotators;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>How one annotator judges.</summary>
public sealed record AnnotatorQuality
{
    /// <summary>Who.</summary>
    public required AnnotatorId Annotator { get; init; }

    /// <summary>Live counted votes.</summary>
    public int Votes { get; init; }

    /// <summary>Reliability and biases with standard errors; null without votes.</summary>
    public JointAnnotator? Joint { get; init; }

    /// <summary>Gold answers, skips left out.</summary>
    public int GoldAnswers { get; init; }

    /// <summary>Right ones.</summary>
    public int GoldRight { get; init; }

    /// <summary>Decimal logarithm of the e-value against being good enough at gold, since the last pause was lifted; a pause comes at 1.3.</summary>
    public double GoldEvidence { get; init; }

    /// <summary>κ with oneself over mirrored repeats.</summary>
    public required Statistic Repeats { get; init; }

    /// <summary>Share of sided first answers that fell on the left; null without any.</summary>
    public double? LeftShare { get; init; }

    /// <summary>Decimal logarithm of the e-value that the sides follow a pattern.</summary>
    public double PatternEvidence { get; init; }

    /// <summary>The pattern is believed among all annotators at a false discovery rate of 5 %.</summary>
    public bool HasPattern { get; init; }

    /// <summary>Another annotator whose sides are the same or the opposite, believed at the same rate; else null.</summary>
    public AnnotatorId? SameScriptAs { get; init; }

    /// <summary>Median active seconds of a vote; null without times.</summary>
    public double? MedianSeconds { get; init; }

    /// <summary>Pace against others on texts of the same length: 0.5 is twice as fast; null without a fit.</summary>
    public double? Pace { get; init; }

    /// <summary>Votes that were too fast for their length and this annotator.</summary>
    public int TooFast { get; init; }

    /// <summary>Smallest p-value of a vote's time; null without a fit.</summary>
    public double? FastestP { get; init; }

    /// <summary>Is paused.</summary>
    public bool Paused { get; init; }
}
