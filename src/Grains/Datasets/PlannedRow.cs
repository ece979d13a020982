using System.Collections.Immutable;
using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>What becomes of a pair in the dpo table.</summary>
public enum RowFate
{
    /// <summary>No row: no lean, no vote, head-to-head, equal texts, or earlier than the window and not drawn.</summary>
    None,

    /// <summary>It would be a row; a filter, a duplicate or a cap keeps it out.</summary>
    Filtered,

    /// <summary>A train row of the window.</summary>
    Train,

    /// <summary>Before the window: a row only if it is drawn.</summary>
    Earlier,

    /// <summary>A train row from before the window.</summary>
    Replayed,

    /// <summary>A row on a held-out prompt.</summary>
    Test,
}

/// <summary>A pair with what a recipe makes of it.</summary>
internal sealed record PlannedRow(SourceRow Row, ImmutableArray<SourceJudgment> Votes, ImmutableArray<SourceJudgment> Used, Aggregate Aggregate, RowFate Fate)
{
    /// <summary>The chosen response, of a row.</summary>
    public Choice Side { get; init; }

    /// <summary>Probability that it is better.</summary>
    public double PChosen { get; init; } = 0.5;

    /// <summary>Share of the votes that say so.</summary>
    public double Agreement { get; init; }

    /// <summary>Their mean strength, or null.</summary>
    public double? Strength { get; init; }

    /// <summary>Weight of the row.</summary>
    public double Weight { get; init; } = 1;
}
