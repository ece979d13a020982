using System.Collections.Immutable;

namespace Orleans.Dpo.Grains.Jobs;

/// <summary>A job to queue.</summary>
/// <param name="Key">Its name.</param>
/// <param name="SpecBlob">Blob of the specification (a JobSpec without epoch).</param>
/// <param name="Inputs">Files of the attempt's inputs folder.</param>
/// <param name="Attempts">Attempts in all before it fails.</param>
/// <param name="Priority">Larger first.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.queued-job")]
public sealed record QueuedJob(JobKey Key, string SpecBlob, ImmutableArray<JobFile> Inputs, int Attempts, int Priority);
