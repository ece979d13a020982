using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Silo.Jobs;

/// <summary>A round's metrics: appended as workers report them, read by step. A resumed attempt repeats steps; the later line stands.</summary>
internal sealed partial class RoundMetrics(IBlobStore blobs, MetricsFeed feed, ILogger<RoundMetrics> logger)
{
    private const int Tries = 5;

    /// <summary>Appends lines and tells watchers. Losing them costs a curve, never a round, so trouble is logged and not thrown.</summary>
    public async Task AppendAsync(ProjectId project, string round, IReadOnlyList<JobMetrics> lines, CancellationToken cancellationToken)
    {
        if (lines.Count == 0)
        {
            return;
        }

        byte[] bytes = [.. lines.SelectMany(line => (byte[])[.. JsonSerializer.SerializeToUtf8Bytes(line, JobJson.Line), (byte)'\n'])];
        var blob = Blob(project, round);
        for (var i = 0; i < Tries; i++)
        {
            var position = (await blobs.StatAsync(blob, cancellationToken))?.Length ?? 0;
            var outcome = await blobs.AppendAsync(blob, position, bytes, cancellationToken);
            if (outcome is AppendOutcome.Appended)
            {
                break;
            }

            if (outcome is not AppendOutcome.WrongPosition || i == Tries - 1)
            {
                LogDropped(lines.Count, round, outcome);
                break;
            }
        }

        feed.Publish(project.Value, lines.Select(line => WithRound(line, round)));
    }

    /// <summary>Lines of steps after <paramref name="after"/>, in order of steps, each with its line feed.</summary>
    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAsync(ProjectId project, string round, int after, CancellationToken cancellationToken)
    {
        if (await blobs.GetAsync(Blob(project, round), cancellationToken) is not { } content)
        {
            return [];
        }

        var steps = new SortedDictionary<int, ReadOnlyMemory<byte>>();
        var rest = content.Bytes;
        for (var end = rest.Span.IndexOf((byte)'\n'); end >= 0; end = rest.Span.IndexOf((byte)'\n'))
        {
            var line = rest[..(end + 1)];
            rest = rest[(end + 1)..];
            var step = JsonSerializer.Deserialize<JobMetrics>(line.Span, JobJson.Line)!.Step;
            if (step > after)
            {
                steps[step] = line;
            }
        }

        return [.. steps.Values];
    }

    private static JsonElement WithRound(JobMetrics line, string round)
    {
        var node = JsonSerializer.SerializeToNode(line, JobJson.Line)!.AsObject();
        node["round"] = round;
        return JsonSerializer.SerializeToElement(node);
    }

    private static string Blob(ProjectId project, string round) => $"projects/{project}/rounds/{round}/metrics.jsonl";

    [LoggerMessage(3301, LogLevel.Warning, "{Count} metric lines of round {Round} were not kept: {Outcome}")]
    private partial void LogDropped(int count, string round, AppendOutcome outcome);
}
