namespace Orleans.Dpo.Silo.Imports.Formats;

/// <summary>What one judge said of a row's two responses.</summary>
/// <param name="Judge">Name of the judge within the source; only a hash of it is kept.</param>
/// <param name="Side">Which response is better.</param>
/// <param name="Strength">1 to 3 with First or Second, or null.</param>
internal sealed record ImportedVerdict(string Judge, ImportedSide Side, int? Strength = null)
{
    /// <summary>Active milliseconds, when the source tells.</summary>
    public long Milliseconds { get; init; }

    /// <summary>When it was decided, when the source tells.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The verdict of a signed score: below 0 the first is better, above 0 the second; its size is the strength.</summary>
    public static ImportedVerdict Signed(string judge, int score) => score switch
    {
        < 0 => new(judge, ImportedSide.First, Math.Min(3, -score)),
        > 0 => new(judge, ImportedSide.Second, Math.Min(3, score)),
        _ => new(judge, ImportedSide.Tie),
    };
}

/// <summary>A verdict in the order of the row.</summary>
internal enum ImportedSide
{
    /// <summary>The first response is better.</summary>
    First,

    /// <summary>The second response is better.</summary>
    Second,

    /// <summary>Equally good.</summary>
    Tie,

    /// <summary>Both unusable.</summary>
    BothBad,
}
