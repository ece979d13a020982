using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Jobs;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Silo.Api;
using Orleans.Dpo.Silo.Jobs;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Silo.Tests.Worker;

/// <summary>Checkpoints and metrics that survive attempts.</summary>
public sealed class CheckpointTests
{
    private static readonly JobKey s_job = new(new ProjectId("p"), "r1", "train");
    private readonly MemoryBlobStore _blobs = new();

    private AttemptFiles Files => new(_blobs);

    [Fact]
    public async Task The_newest_complete_checkpoint_is_offered_with_its_hashes()
    {
        await PutCheckpointAsync(epoch: 3, "step-000020", complete: true);
        await PutCheckpointAsync(epoch: 3, "step-000040", complete: true);
        await PutCheckpointAsync(epoch: 7, "step-000060", complete: false);
        var resume = await Files.FindCheckpointAsync(s_job, "/claim", CancellationToken.None);
        Assert.Equal(["checkpoints/step-000040/model.safetensors", "checkpoints/step-000040/state.json"], resume!.Files.Select(file => file.Path));
        Assert.Equal("/claim/resume/3/step-000040/model.safetensors", resume.Files[0].Url);
        Assert.Equal(ContentHash.Hex(Content("step-000040", "model.safetensors")), resume.Files[0].Sha256);
    }

    [Fact]
    public async Task A_complete_checkpoint_takes_the_place_of_older_ones()
    {
        await PutCheckpointAsync(epoch: 3, "step-000020", complete: true);
        await PutCheckpointAsync(epoch: 5, "step-000040", complete: true);
        Assert.Null(await _blobs.StatAsync(AttemptFiles.CheckpointBlob(s_job, 3, "step-000020/model.safetensors"), CancellationToken.None));
        Assert.NotNull(await _blobs.StatAsync(AttemptFiles.CheckpointBlob(s_job, 5, "step-000040/model.safetensors"), CancellationToken.None));
    }

    [Fact]
    public async Task Without_a_complete_checkpoint_there_is_none()
    {
        await PutCheckpointAsync(epoch: 1, "step-000020", complete: false);
        Assert.Null(await Files.FindCheckpointAsync(s_job, "/claim", CancellationToken.None));
    }

    [Fact]
    public async Task Steps_that_a_resumed_attempt_repeats_are_read_once_and_the_later_line_stands()
    {
        var feed = new MetricsFeed();
        using var watcher = feed.Subscribe("p");
        var metrics = new RoundMetrics(_blobs, feed, NullLogger<RoundMetrics>.Instance);
        await metrics.AppendAsync(s_job.Project, "r1", [Line(1, 0.7), Line(2, 0.6), Line(3, 0.5)], CancellationToken.None);
        await metrics.AppendAsync(s_job.Project, "r1", [Line(3, 0.4), Line(4, 0.3)], CancellationToken.None);
        var read = await metrics.ReadAsync(s_job.Project, "r1", after: 1, CancellationToken.None);
        Assert.Equal([(2, 0.6), (3, 0.4), (4, 0.3)], read.Select(line => JsonSerializer.Deserialize<JobMetrics>(line.Span, JobJson.Line)!).Select(line => (line.Step, line.Loss)));
        var seen = await watcher.NextAsync(TimeSpan.FromSeconds(5), TimeProvider.System, CancellationToken.None);
        Assert.Equal(5, seen.Count);
        Assert.All(seen, line => Assert.Equal("r1", line.GetProperty("round").GetString()));
    }

    private async Task PutCheckpointAsync(int epoch, string step, bool complete)
    {
        var list = ImmutableArray.CreateBuilder<UploadedFile>();
        foreach (var name in new[] { "model.safetensors", "state.json" })
        {
            var content = Content(step, name);
            Assert.Null(await PutAsync(epoch, $"checkpoint/{step}/{name}", content));
            list.Add(new(name, content.Length, ContentHash.Hex(content)));
        }

        if (complete)
        {
            Assert.Null(await PutAsync(epoch, $"checkpoint/{step}/checkpoint.json", JsonSerializer.SerializeToUtf8Bytes(list.ToImmutable(), ApiJson.Options)));
        }
    }

    private async Task<string?> PutAsync(int epoch, string path, byte[] content)
    {
        using var stream = new MemoryStream(content);
        return (await Files.PutAsync(s_job, epoch, path, ContentHash.Hex(content), stream, CancellationToken.None))?.Detail;
    }

    private static byte[] Content(string step, string name) => System.Text.Encoding.UTF8.GetBytes($"{step} {name}");

    private static JobMetrics Line(int step, double loss) => new() { Step = step, Steps = 4, Loss = loss };
}
