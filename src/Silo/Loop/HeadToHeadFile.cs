using System.Collections.Immutable;
using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Prompts;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Silo.Loop;

/// <summary><c>rounds/r4/head-to-head.json</c>: every comparison of a round's gate, those with equal texts too.</summary>
internal sealed record HeadToHeadFile
{
    public int Format { get; init; } = 1;

    /// <summary>Comparisons whose two texts are equal: they count as ties and are shown to nobody.</summary>
    public required int Identical { get; init; }

    public required ImmutableArray<HeadToHeadItem> Items { get; init; }

    public static string Blob(ProjectId project, string round) => $"projects/{project}/rounds/{round}/head-to-head.json";

    public static async Task<HeadToHeadFile?> ReadAsync(IBlobStore store, ProjectId project, string round, CancellationToken cancellationToken) =>
        await store.GetAsync(Blob(project, round), cancellationToken) is { } content ? JsonSerializer.Deserialize<HeadToHeadFile>(content.Bytes.Span, JobJson.File) : null;
}

/// <summary>One comparison of the candidate.</summary>
/// <param name="PromptId">On which prompt.</param>
/// <param name="Opponent">Against which policy.</param>
/// <param name="PairId">The pair, or null when the texts are equal.</param>
internal sealed record HeadToHeadItem(PromptId PromptId, string Opponent, PairId? PairId);
