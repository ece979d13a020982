using System.Collections.Immutable;
using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Silo.Api;
using Orleans.Dpo.Silo.Jobs;

namespace Orleans.Dpo.Silo.Worker;

/// <summary>One attempt on disk: job.json and inputs/ for the child, out/ and checkpoints/ from it (docs/formats/jobs.md).</summary>
internal sealed class AttemptFolder
{
    private const string MetricsFile = "metrics.jsonl";
    private readonly HashSet<string> _uploadedSteps = new(StringComparer.Ordinal);
    private long _metricsRead;

    private AttemptFolder(string path) => Path = path;

    public string Path { get; }

    private string Output => System.IO.Path.Combine(Path, "out");

    private string Checkpoints => System.IO.Path.Combine(Path, "checkpoints");

    /// <summary>Lays out a claim: inputs from the cache, the newest checkpoint (the server's, or a newer one that an attempt on this machine left), the order.</summary>
    public static async Task<AttemptFolder> PrepareAsync(string root, ClaimAnswer claim, WorkerClient client, InputCache cache, CancellationToken cancellationToken)
    {
        var job = $"{claim.Project}-{claim.Job}-{claim.Kind}-";
        var folder = new AttemptFolder(System.IO.Path.Combine(root, "attempts", $"{job}{claim.Epoch}"));
        folder.Delete();
        Directory.CreateDirectory(folder.Path);
        foreach (var file in claim.Inputs)
        {
            var cached = await cache.GetAsync(file, client.DownloadAsync, cancellationToken);
            var target = folder.Resolve(file.Path);
            File.CreateSymbolicLink(target, cached);
        }

        var earlier = Directory.EnumerateDirectories(System.IO.Path.Combine(root, "attempts"), job + "*")
            .Where(path => path != folder.Path && System.IO.Path.GetFileName(path)[job.Length..].All(char.IsAsciiDigit)).ToList();
        await folder.ResumeAsync(claim, client, earlier, cancellationToken);
        foreach (var stale in earlier)
        {
            Directory.Delete(stale, recursive: true);
        }

        var spec = claim.Spec.Deserialize<JobSpec>(JobJson.Line)!;
        await File.WriteAllBytesAsync(System.IO.Path.Combine(folder.Path, "job.json"), JsonSerializer.SerializeToUtf8Bytes(spec, JobJson.File), cancellationToken);
        return folder;
    }

    /// <summary>Metric lines that the child has completed since the last call.</summary>
    public async Task<ImmutableArray<JobMetrics>> ReadMetricsAsync(CancellationToken cancellationToken)
    {
        var file = System.IO.Path.Combine(Output, MetricsFile);
        if (!File.Exists(file))
        {
            return [];
        }

        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (stream.Length <= _metricsRead)
        {
            return [];
        }

        stream.Position = _metricsRead;
        var bytes = new byte[stream.Length - _metricsRead];
        var length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        var end = bytes.AsSpan(0, length).LastIndexOf((byte)'\n') + 1;
        _metricsRead += end;
        var lines = ImmutableArray.CreateBuilder<JobMetrics>();
        foreach (var range in bytes.AsSpan(0, end).Split((byte)'\n'))
        {
            if (bytes[range] is { Length: > 0 } line)
            {
                lines.Add(JsonSerializer.Deserialize<JobMetrics>(line, JobJson.Line)!);
            }
        }

        return lines.ToImmutable();
    }

    /// <summary>The newest checkpoint that was not uploaded yet, or null. The child renames a complete folder into place, so what is seen is whole.</summary>
    public string? NextCheckpoint() => NewestStep(Path) is { } step && _uploadedSteps.Add(System.IO.Path.GetFileName(step)) ? step : null;

    /// <summary>Uploads a checkpoint, its list last.</summary>
    /// <returns>False when the child removed it meanwhile for a newer one.</returns>
    public async Task<bool> UploadCheckpointAsync(string step, ClaimAnswer claim, WorkerClient client, CancellationToken cancellationToken)
    {
        var name = System.IO.Path.GetFileName(step);
        try
        {
            var files = new List<UploadedFile>();
            foreach (var file in Directory.EnumerateFiles(step).Order(StringComparer.Ordinal).ToList())
            {
                var uploaded = await client.UploadAsync(claim, $"checkpoint/{name}/{System.IO.Path.GetFileName(file)}", file, cancellationToken);
                files.Add(uploaded with { Path = System.IO.Path.GetFileName(file) });
            }

            var list = System.IO.Path.Combine(Path, "checkpoint.json");
            await File.WriteAllBytesAsync(list, JsonSerializer.SerializeToUtf8Bytes(files, ApiJson.Options), cancellationToken);
            await client.UploadAsync(claim, $"checkpoint/{name}/checkpoint.json", list, cancellationToken);
            return true;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Uploads all of out/ and says what there is.</summary>
    public async Task<ImmutableArray<UploadedFile>> UploadResultsAsync(ClaimAnswer claim, WorkerClient client, CancellationToken cancellationToken)
    {
        var uploaded = ImmutableArray.CreateBuilder<UploadedFile>();
        foreach (var file in Directory.EnumerateFiles(Output, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var path = $"out/{System.IO.Path.GetRelativePath(Output, file).Replace('\\', '/')}";
            uploaded.Add(await client.UploadAsync(claim, path, file, cancellationToken));
        }

        return uploaded.ToImmutable();
    }

    /// <summary>What the child left as result, or null when it left none.</summary>
    public JobResult? ReadResult()
    {
        var file = System.IO.Path.Combine(Output, "result.json");
        return File.Exists(file) ? JsonSerializer.Deserialize<JobResult>(File.ReadAllBytes(file), JobJson.File) : null;
    }

    public void Delete()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }

    private async Task ResumeAsync(ClaimAnswer claim, WorkerClient client, List<string> earlier, CancellationToken cancellationToken)
    {
        var uploaded = claim.Resume is { Files: [var first, ..] } ? first.Path.Split('/')[1] : "";
        var local = earlier.Select(NewestStep).OfType<string>().MaxBy(System.IO.Path.GetFileName, StringComparer.Ordinal);
        if (local is not null && StringComparer.Ordinal.Compare(System.IO.Path.GetFileName(local), uploaded) >= 0)
        {
            Directory.CreateDirectory(Checkpoints);
            Directory.Move(local, System.IO.Path.Combine(Checkpoints, System.IO.Path.GetFileName(local)));
            return;
        }

        foreach (var file in claim.Resume?.Files ?? [])
        {
            var target = Resolve(file.Path);
            await client.DownloadAsync(file, target, cancellationToken);
            if (await InputCache.HashAsync(target, cancellationToken) != file.Sha256)
            {
                throw new InvalidDataException($"{file.Path} was downloaded with another hash than its checkpoint's list declares.");
            }
        }

        _uploadedSteps.Add(uploaded);
    }

    private string Resolve(string relative)
    {
        var full = System.IO.Path.GetFullPath(System.IO.Path.Combine(Path, relative));
        if (!full.StartsWith(Path + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"'{relative}' leads out of the attempt's folder.");
        }

        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full)!);
        return full;
    }

    private static string? NewestStep(string attempt)
    {
        var checkpoints = System.IO.Path.Combine(attempt, "checkpoints");
        return Directory.Exists(checkpoints)
            ? Directory.EnumerateDirectories(checkpoints, "step-*").Where(path => !System.IO.Path.HasExtension(path)).Max(StringComparer.Ordinal)
            : null;
    }
}
