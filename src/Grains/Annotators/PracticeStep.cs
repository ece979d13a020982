using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Annotators;

/// <summary>One pair of a practice run.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.practice-step")]
public sealed record PracticeStep
{
    /// <summary>The pair, a <see cref="PracticeItem.Id"/>.</summary>
    [Id(0)] public required string Item { get; init; }

    /// <summary>How it is shown.</summary>
    [Id(1)] public required ShownOrder Order { get; init; }

    /// <summary>What was said; null while it is open.</summary>
    [Id(2)] public Choice? Said { get; init; }

    /// <summary>Whether that was right.</summary>
    [Id(3)] public bool? Correct { get; init; }
}
