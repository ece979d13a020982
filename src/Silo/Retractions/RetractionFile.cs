using System.Collections.Immutable;
using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Silo.Retractions;

/// <summary><c>projects/p/retractions/t3.json</c>: the judgments of a retraction, fixed before the first is taken out, so that a run that was cut short goes on with the same ones.</summary>
internal sealed record RetractionFile
{
    public int Format { get; init; } = 1;

    public required ImmutableArray<RetractedJudgment> Judgments { get; init; }

    public static async Task<RetractionFile?> ReadAsync(IBlobStore store, ProjectId project, string name, CancellationToken cancellationToken) =>
        await store.GetAsync(Blob(project, name), cancellationToken) is { } content ? JsonSerializer.Deserialize<RetractionFile>(content.Bytes.Span, JobJson.File) : null;

    /// <summary>Stores it unless one is there already; what is there counts.</summary>
    public static async Task<RetractionFile> FixAsync(IBlobStore store, ProjectId project, string name, RetractionFile file, CancellationToken cancellationToken)
    {
        await store.PutIfAbsentAsync(Blob(project, name), JsonSerializer.SerializeToUtf8Bytes(file, JobJson.File), cancellationToken);
        return await ReadAsync(store, project, name, cancellationToken) ?? throw new IOException($"{Blob(project, name)} was written and is not there.");
    }

    private static string Blob(ProjectId project, string name) => $"projects/{project}/retractions/{name}.json";
}

/// <summary>One judgment of a retraction.</summary>
/// <param name="Shard">Its shard.</param>
/// <param name="Found">The judgment as it was found, live.</param>
internal sealed record RetractedJudgment(int Shard, FoundJudgment Found);
