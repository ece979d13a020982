using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Orleans.Dpo.Grains.Datasets;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Policies;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Rounds;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Silo.Lineage;

/// <summary>Everything reached from a thing in one direction, nearest first.</summary>
/// <param name="Id">Where the trace began.</param>
/// <param name="Kind">What that is.</param>
/// <param name="Direction">up: what it was made of; down: what was made of it.</param>
/// <param name="Steps">What was reached.</param>
/// <param name="More">The trace was cut at its limit.</param>
internal sealed record LineageTraceView(string Id, string Kind, string Direction, ImmutableArray<LineageStep> Steps, bool More);

/// <summary>Something reached.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="From">The neighbour through which it was reached first.</param>
/// <param name="Distance">Steps from the begin.</param>
internal sealed record LineageStep(string Id, string Kind, string From, int Distance);

/// <summary>The rows of a version's train table that something was trained on.</summary>
/// <param name="Pair">The pair.</param>
/// <param name="Judgments">The judgments that the row was made of.</param>
internal sealed record TrainedRow(string Pair, ImmutableArray<string> Judgments);

/// <summary>Follows lineage over more than one step.</summary>
internal sealed class LineageTrace(LineageReader reader, IGrainFactory grains, IBlobStore blobs)
{
    /// <summary>Steps of one trace at most.</summary>
    public const int MaxSteps = 2000;

    // Pairs and prompts of a generation are listed by GET pairs?origin=; following each would only repeat that list.
    private static readonly string[] s_ends = ["prompt", "import", "pair", "judgment"];

    /// <summary>Breadth first from an id; null when there is no such thing.</summary>
    public async Task<LineageTraceView?> FollowAsync(ProjectView project, string id, PairId? pair, bool down, CancellationToken cancellationToken)
    {
        if (await reader.ReadAsync(project, id, pair, cancellationToken) is not { } begin)
        {
            return null;
        }

        var steps = ImmutableArray.CreateBuilder<LineageStep>();
        var seen = new HashSet<string>(StringComparer.Ordinal) { id };
        var open = new Queue<(LineageView View, int Distance)>([(begin, 0)]);
        while (open.TryDequeue(out var at))
        {
            foreach (var link in down ? at.View.Down : at.View.Up)
            {
                if (!seen.Add(link.Id))
                {
                    continue;
                }

                if (steps.Count == MaxSteps)
                {
                    return new(id, begin.Kind, down ? "down" : "up", steps.ToImmutable(), true);
                }

                steps.Add(new(link.Id, link.Kind, at.View.Id, at.Distance + 1));
                if (!s_ends.Contains(link.Kind) && await reader.ReadAsync(project, link.Id, null, cancellationToken) is { } next)
                {
                    open.Enqueue((next, at.Distance + 1));
                }
            }
        }

        return new(id, begin.Kind, down ? "down" : "up", steps.ToImmutable(), false);
    }

    /// <summary>The version that a version, round or policy was trained on; null when it was not trained here, or is none of these, or the version was deleted.</summary>
    public async Task<int?> VersionOfAsync(ProjectId project, string id, CancellationToken cancellationToken) =>
        await NamedAsync(project, id, cancellationToken) is { } version && await VersionManifest.ReadAsync(blobs, project, version, cancellationToken) is not null ? version : null;

    private async Task<int?> NamedAsync(ProjectId project, string id, CancellationToken cancellationToken) => id switch
    {
        _ when NumberedName.TryParse('v', id, out var version) => version,
        _ when NumberedName.TryParse('r', id, out _) => (await grains.GetGrain<IRoundsGrain>(project.Value).GetAsync(id, cancellationToken))?.Version,
        _ when NumberedName.TryParse('p', id, out _) => (await grains.GetGrain<IPoliciesGrain>(project.Value).GetAsync(id, cancellationToken))?.Policy.Version,
        _ => null,
    };

    /// <summary>Train rows of a version with their judgments, in the order of pair ids.</summary>
    public async IAsyncEnumerable<TrainedRow> RowsAsync(ProjectId project, int version, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var manifest = await VersionManifest.ReadAsync(blobs, project, version, cancellationToken) ?? throw new InvalidDataException($"The manifest of v{version} is missing; restore the store from a copy.");
        foreach (var file in manifest.TableFiles("dpo", "train"))
        {
            var content = await blobs.GetAsync(file.Blob, cancellationToken) ?? throw new InvalidDataException($"{file.Blob} is missing; restore the store from a copy.");
            foreach (var row in JsonLines.Split(content.Bytes))
            {
                yield return Read(row.Line);
            }
        }
    }

    private static TrainedRow Read(ReadOnlyMemory<byte> line)
    {
        using var row = JsonDocument.Parse(line);
        return new(row.RootElement.GetProperty("pair_id").GetString()!, [.. row.RootElement.GetProperty("judgment_ids").EnumerateArray().Select(id => id.GetString()!)]);
    }
}
