using System.Collections.Immutable;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>How a project is judged, as of a moment.</summary>
public sealed record ProjectQuality
{
    /// <summary>Votes that the statistics of agreement, times and sequences look back on at most; the counts are of all.</summary>
    public const int Window = 100_000;

    /// <summary>Server time of the newest event that is in it; null without any.</summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>Why there is nothing yet, as a sentence; null when there is.</summary>
    public string? Undefined { get; init; }

    /// <summary>Pairs to vote on.</summary>
    public int Pairs { get; init; }

    /// <summary>Pairs that have all votes they want.</summary>
    public int Complete { get; init; }

    /// <summary>Live counted votes.</summary>
    public int Votes { get; init; }

    /// <summary>Votes of one verdict each: A, B, tie, both bad.</summary>
    public ImmutableArray<int> Verdicts { get; init; } = [0, 0, 0, 0];

    /// <summary>Live skips.</summary>
    public int Skips { get; init; }

    /// <summary>Live votes beyond the wanted ones.</summary>
    public int Surplus { get; init; }

    /// <summary>Votes that were withdrawn or replaced.</summary>
    public int Withdrawn { get; init; }

    /// <summary>Share of pairs of votes on one pair that say the same; null without any.</summary>
    public double? RawAgreement { get; init; }

    /// <summary>Krippendorff's α on {A, B, tie, both-bad}.</summary>
    public required Statistic AlphaNominal { get; init; }

    /// <summary>The same on strengths from −3 to 3.</summary>
    public required Statistic AlphaOrdinal { get; init; }

    /// <summary>Mean of Kendall's τ-b over each two live counted orders of one ranking.</summary>
    public Statistic TauB { get; init; } = Statistic.None("No ranking was put in order by two people.", 0);

    /// <summary>When the intervals were computed; null without intervals.</summary>
    public DateTimeOffset? IntervalsAsOf { get; init; }

    /// <summary>Pairs whose better response is known at the project's confidence.</summary>
    public int Confident { get; init; }

    /// <summary>Pairs that wait for adjudication.</summary>
    public int Disputed { get; init; }

    /// <summary>Common wish for longer texts, in logits per unit of Δstyle; null before the first fit.</summary>
    public double? LengthBias { get; init; }

    /// <summary>Gold pairs known.</summary>
    public int Gold { get; init; }

    /// <summary>Why no times are judged, as a sentence; null when they are.</summary>
    public string? TimingUndefined { get; init; }

    /// <summary>Votes that were too fast for their length and annotator.</summary>
    public int TooFast { get; init; }

    /// <summary>By annotator.</summary>
    public ImmutableArray<AnnotatorQuality> Annotators { get; init; } = [];
}
