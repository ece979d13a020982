using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Annotators;

/// <summary>A pair to practise on, with its right answer. It is no pair of the ledger: what is said of it can be in no dataset and no statistic.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.practice-item")]
public sealed record PracticeItem
{
    /// <summary><c>pt_</c> and 32 hexadecimal digits of the texts' hash.</summary>
    [Id(0)] public required string Id { get; init; }

    /// <summary>Blob with prompt, responses, right answer and explanation.</summary>
    [Id(1)] public required string Blob { get; init; }

    /// <summary>What is right; A is the first response of its row.</summary>
    [Id(2)] public required Choice Right { get; init; }

    /// <summary>Is given to nobody any more.</summary>
    [Id(3)] public bool Removed { get; init; }

    /// <summary>Counts its changes, from 1.</summary>
    [Id(4)] public int Change { get; init; } = 1;
}
