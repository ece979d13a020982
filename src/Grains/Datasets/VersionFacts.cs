namespace Orleans.Dpo.Grains.Datasets;

/// <summary>What a published version holds. Ties and both-bad are counted here, never dropped in silence.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.version-facts")]
public sealed record VersionFacts
{
    /// <summary>SHA-256 over canonical lines and recipe, 64 hexadecimal digits; the first 40 are the revision.</summary>
    [Id(0)] public required string Identity { get; init; }

    /// <summary>Rows of the items table.</summary>
    [Id(1)] public int Items { get; init; }

    /// <summary>Rows of the judgments table.</summary>
    [Id(2)] public int Judgments { get; init; }

    /// <summary>Rows of the dpo table, train split.</summary>
    [Id(3)] public int DpoTrain { get; init; }

    /// <summary>Rows of the dpo table, test split.</summary>
    [Id(4)] public int DpoTest { get; init; }

    /// <summary>Of the train rows, those replayed from earlier windows.</summary>
    [Id(5)] public int Replayed { get; init; }

    /// <summary>Pairs in the window whose majority is a tie.</summary>
    [Id(6)] public int Ties { get; init; }

    /// <summary>Pairs in the window whose majority is both-bad.</summary>
    [Id(7)] public int BothBad { get; init; }

    /// <summary>Pairs in the window without a majority.</summary>
    [Id(8)] public int NoMajority { get; init; }

    /// <summary>Skips.</summary>
    [Id(9)] public int Skips { get; init; }

    /// <summary>Bytes of all files.</summary>
    [Id(10)] public long Bytes { get; init; }
}
