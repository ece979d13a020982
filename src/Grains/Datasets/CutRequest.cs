using System.Collections.Immutable;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>A wish for a version.</summary>
/// <param name="Reason">manual, judgments, cron or api.</param>
/// <param name="Round">The round that trains on it, or null.</param>
/// <param name="IdempotencyKey">The same key gives the same version.</param>
/// <param name="Replay">Rows of earlier windows as a share of the new ones; null: everything up to the positions, no window.</param>
/// <param name="Since">Version after whose positions the window begins; null: at the first vote.</param>
/// <param name="Aggregation">By name and version; null: the project's.</param>
/// <param name="Options">What else the recipe says; null: nothing.</param>
/// <param name="Positions">Where the ledger is cut, as it was before; null: where it stands.</param>
/// <param name="Seed">Of draws and caps; null: the project's.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.cut-request")]
public sealed record CutRequest(
    string Reason, string? Round, string IdempotencyKey, double? Replay, int? Since = null, string? Aggregation = null, RecipeOptions? Options = null,
    ImmutableArray<RecipePosition>? Positions = null, long? Seed = null);
