using System.Collections.Immutable;
using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Jobs;

namespace Orleans.Dpo.Silo.Jobs;

/// <summary>A worker's wish for a job.</summary>
/// <param name="Worker">Its name, for pages.</param>
/// <param name="Kinds">Kinds it takes; empty for all.</param>
internal sealed record ClaimRequest(string Worker, ImmutableArray<string> Kinds);

/// <summary>A claim as the wire has it. <see cref="Spec"/> is a <see cref="JobSpec"/> in <see cref="JobJson"/> form, as the child reads it.</summary>
internal sealed record ClaimAnswer(
    string Project, string Job, string Kind, int Epoch, int HeartbeatSeconds, JsonElement Spec, ImmutableArray<ClaimFile> Inputs, ResumeFiles? Resume);

/// <summary>A file to download.</summary>
/// <param name="Path">Where it goes, relative to the attempt's folder.</param>
/// <param name="Url">Relative to the server.</param>
/// <param name="Bytes">Length.</param>
/// <param name="Sha256">64 hexadecimal digits.</param>
internal sealed record ClaimFile(string Path, string Url, long Bytes, string Sha256);

/// <summary>The newest complete checkpoint of earlier attempts.</summary>
internal sealed record ResumeFiles(ImmutableArray<ClaimFile> Files);

/// <summary>An uploaded file.</summary>
/// <param name="Path">Relative to the attempt's folder.</param>
/// <param name="Bytes">Length.</param>
/// <param name="Sha256">64 hexadecimal digits.</param>
internal sealed record UploadedFile(string Path, long Bytes, string Sha256);

/// <summary>A sign of life.</summary>
/// <param name="Metrics">New lines.</param>
/// <param name="Progress">0 to 1.</param>
internal sealed record HeartbeatRequest(ImmutableArray<JobMetrics> Metrics, double Progress);

/// <summary>What the worker is to do.</summary>
internal sealed record HeartbeatAnswer(JobOrder Order);

/// <summary>The end of a claim.</summary>
internal sealed record EndRequest(JobOutcome Outcome, JsonElement? Result = null, ImmutableArray<UploadedFile>? Files = null);

/// <summary>False: the job is queued again.</summary>
internal sealed record EndAnswer(bool Final);
