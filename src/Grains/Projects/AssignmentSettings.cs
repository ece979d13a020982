using System.ComponentModel.DataAnnotations;

namespace Orleans.Dpo.Grains.Projects;

/// <summary>Who judges what, how often, and how annotators are checked. The defaults give pairs in their order, with a fixed overlap, and now and then a judged one again.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.assignment-settings")]
public sealed record AssignmentSettings
{
    /// <summary>Give pairs in their order.</summary>
    public const string Uniform = "uniform";

    /// <summary>Of 100 pairs given, two or three are a judged one again: enough for a kappa after a few hundred votes, and little work.</summary>
    public const double UsualRepeatShare = 0.025;

    /// <summary>Give the pair of which one more vote is expected to tell most.</summary>
    public const string Information = "information";

    /// <summary><c>uniform</c> or <c>information</c>.</summary>
    [Id(0)] public string Routing { get; init; } = Uniform;

    /// <summary>Share of leases that are drawn uniformly all the same, so that every pair keeps a propensity.</summary>
    [Id(1), Range(0.01, 1.0)] public double UniformShare { get; init; } = 0.15;

    /// <summary>Posterior at which a pair is decided and wants no further votes.</summary>
    [Id(2), Range(0.5, 0.9999)] public double Confidence { get; init; } = 0.95;

    /// <summary>Votes a pair wants at first; where these disagree it gets more, one at a time, up to the project's overlap. 0: always the whole overlap.</summary>
    [Id(3), Range(0, 100)] public int MinOverlap { get; init; }

    /// <summary>Share of pairs given that are hidden gold.</summary>
    [Id(4), Range(0.0, 0.5)] public double GoldShare { get; init; }

    /// <summary>Take pairs that many reliable votes agree on as gold too.</summary>
    [Id(5)] public bool MineGold { get; init; } = true;

    /// <summary>Share of right gold answers that is good enough; someone at least as good is paused with a probability of at most 5 %.</summary>
    [Id(6), Range(0.5, 0.99)] public double GoldPass { get; init; } = 0.7;

    /// <summary>Share of pairs given that the annotator has judged before, mirrored. Left out, a new project gets <see cref="UsualRepeatShare"/> and another keeps what it has; null only in
    /// settings that were stored before there were repeats, and then nothing is repeated.</summary>
    [Id(7), Range(0.0, 0.5)] public double? RepeatShare { get; init; }

    /// <summary>Own judgments between a vote and its repeat, at least.</summary>
    [Id(8), Range(1, 100_000)] public int RepeatGap { get; init; } = 40;

    /// <summary>Reliability (1 is usual, 0 answers by chance) below which an annotator is paused, at 95 % confidence and from 30 votes on. −1: nobody is.</summary>
    [Id(9), Range(-1.0, 1.0)] public double LeastReliability { get; init; } = -1;

    /// <summary>Practice pairs that an annotator answers before the first real one; he sees at once what is right and why. 0: none.</summary>
    [Id(10), Range(0, 100)] public int Practice { get; init; }

    /// <summary>Share of right practice answers that admits to real pairs; practice can be taken again.</summary>
    [Id(11), Range(0.0, 1.0)] public double PracticePass { get; init; } = 0.8;

    /// <summary>The same with a share of repeats, where it is left out.</summary>
    internal AssignmentSettings WithRepeats(double share) => RepeatShare is null ? this with { RepeatShare = share } : this;
}
