using System.Collections.Immutable;

namespace Orleans.Dpo.Grains.Annotators;

/// <summary>One attempt of an annotator at practice, or an operator's word that none is needed.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.practice-run")]
public sealed record PracticeRun
{
    /// <summary>Who.</summary>
    [Id(0)] public required AnnotatorId Annotator { get; init; }

    /// <summary>Number of the attempt, from 1.</summary>
    [Id(1)] public required int Attempt { get; init; }

    /// <summary>Its pairs in their order; none when an operator admitted the annotator.</summary>
    [Id(2)] public ImmutableArray<PracticeStep> Steps { get; init; } = [];

    /// <summary>Right answers that are enough.</summary>
    [Id(3)] public int Needed { get; init; }

    /// <summary>When it began.</summary>
    [Id(4)] public required DateTimeOffset Began { get; init; }

    /// <summary>When the last pair was answered; null while it is open.</summary>
    [Id(5)] public DateTimeOffset? Ended { get; init; }

    /// <summary>Whether the annotator is admitted by it; null while it is open.</summary>
    [Id(6)] public bool? Passed { get; init; }

    /// <summary>The operator who admitted the annotator without practice.</summary>
    [Id(7)] public string? By { get; init; }

    /// <summary>Pairs answered so far.</summary>
    public int CountDone() => Steps.Count(step => step.Said is not null);

    /// <summary>Right answers so far.</summary>
    public int CountCorrect() => Steps.Count(step => step.Correct is true);
}
