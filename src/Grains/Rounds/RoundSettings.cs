using System.ComponentModel.DataAnnotations;

namespace Orleans.Dpo.Grains.Rounds;

/// <summary>When a round starts, how it trains, what decides its promotion. Copied into the round when it is planned (pre-registered).</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.round-settings")]
public sealed record RoundSettings
{
    /// <summary>Counted votes since the last version at which a round starts; 0 turns the trigger off. Fires at or above, never exactly at.</summary>
    [Id(0), Range(0, 10_000_000)] public int JudgmentsTrigger { get; init; }

    /// <summary>Cron expression (minute hour day month weekday, UTC) at which a round starts when there is any new vote, or null.</summary>
    [Id(1)] public string? Cron { get; init; }

    /// <summary>pi0, parent, or a policy id.</summary>
    [Id(2)] public string Reference { get; init; } = "pi0";

    /// <summary>How it trains.</summary>
    [Id(3)] public TrainingSettings Training { get; init; } = new();

    /// <summary>What decides.</summary>
    [Id(4)] public GateSettings Gate { get; init; } = new();
}
