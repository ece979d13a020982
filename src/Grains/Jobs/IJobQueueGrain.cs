using System.Collections.Immutable;
using Orleans.Concurrency;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Grains.Jobs;

/// <summary>The jobs that workers claim, over all projects. Key: <c>_</c>. First in, first out by priority; a claim lives by heartbeats.</summary>
[Alias("orleans.dpo.job-queue")]
public interface IJobQueueGrain : IGrainWithStringKey
{
    /// <summary>Adds a job; a job with the same project, name and kind that is queued or claimed is left as it is.</summary>
    [Alias("enqueue")]
    Task EnqueueAsync(QueuedJob job, CancellationToken cancellationToken);

    /// <summary>The next job for a worker, or null. Raises the job's epoch: results of earlier claims are refused from now on.</summary>
    /// <param name="worker">Name of the worker, for pages.</param>
    /// <param name="kinds">Kinds it takes; empty for all.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    [Alias("claim")]
    Task<JobClaim?> ClaimAsync(string worker, ImmutableArray<string> kinds, CancellationToken cancellationToken);

    /// <summary>Keeps a claim alive; says whether to go on, cancel or checkpoint. <c>claim-lost</c> when another worker has it.</summary>
    [Alias("heartbeat")]
    Task<Outcome<JobOrder>> HeartbeatAsync(JobKey job, int epoch, CancellationToken cancellationToken);

    /// <summary>Ends a claim: the job leaves the queue (done), or goes back for another attempt while attempts are left.</summary>
    /// <remarks>A caller publishes the results of <see cref="JobOutcome.Done"/> first: publishing twice is harmless, a job that left without results is queued again.</remarks>
    [Alias("end")]
    Task<Outcome<JobEnd>> EndAsync(JobKey job, int epoch, JobOutcome outcome, CancellationToken cancellationToken);

    /// <summary>Asks for cancellation: a queued job leaves at once, a claimed one is told at its next heartbeat.</summary>
    [Alias("cancel")]
    Task CancelAsync(JobKey job, CancellationToken cancellationToken);

    /// <summary>All jobs, for pages.</summary>
    [ReadOnly, Alias("list")]
    Task<ImmutableArray<JobView>> ListAsync(CancellationToken cancellationToken);

    /// <summary>The current claim of a job, or null.</summary>
    [ReadOnly, Alias("find")]
    Task<JobView?> FindAsync(JobKey job, CancellationToken cancellationToken);
}

/// <summary>Names a job.</summary>
/// <param name="Project">Project.</param>
/// <param name="Name">Round or generation, such as r4.</param>
/// <param name="Kind">train, evaluate or generate.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.job-key")]
public sealed record JobKey(ProjectId Project, string Name, string Kind);

/// <summary>A job to queue.</summary>
/// <param name="Key">Its name.</param>
/// <param name="SpecBlob">Blob of the specification (a JobSpec without epoch).</param>
/// <param name="Inputs">Files of the attempt's inputs folder.</param>
/// <param name="Attempts">Attempts in all before it fails.</param>
/// <param name="Priority">Larger first.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.queued-job")]
public sealed record QueuedJob(JobKey Key, string SpecBlob, ImmutableArray<JobFile> Inputs, int Attempts, int Priority);

/// <summary>An input of a job: which blob is downloaded to which path.</summary>
/// <param name="Path">Relative to the attempt's folder.</param>
/// <param name="Blob">Blob name.</param>
/// <param name="Bytes">Length.</param>
/// <param name="Sha256">64 hexadecimal digits.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.job-file")]
public sealed record JobFile(string Path, string Blob, long Bytes, string Sha256);

/// <summary>A claim.</summary>
/// <param name="Job">The job.</param>
/// <param name="Epoch">Number of this claim.</param>
/// <param name="HeartbeatSeconds">Interval of heartbeats; after four missed ones the claim is lost.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.job-claim")]
public sealed record JobClaim(QueuedJob Job, int Epoch, int HeartbeatSeconds);

/// <summary>What a worker is to do.</summary>
public enum JobOrder
{
    /// <summary>Go on.</summary>
    Continue,

    /// <summary>Stop the child and report cancelled.</summary>
    Cancel,
}

/// <summary>How a claim ended.</summary>
public enum JobOutcome
{
    /// <summary>Results are uploaded.</summary>
    Done,

    /// <summary>Failed for a reason that another attempt will not mend.</summary>
    Failed,

    /// <summary>Failed in a way that another attempt may mend (out of memory, killed, worker stopped).</summary>
    Retry,

    /// <summary>Cancelled as ordered.</summary>
    Cancelled,
}

/// <summary>What an ended claim means for the job.</summary>
/// <param name="Final">False: it is queued again.</param>
/// <param name="AttemptsLeft">Attempts left.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.job-end")]
public sealed record JobEnd(bool Final, int AttemptsLeft);

/// <summary>A job in the queue.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.job-view")]
public sealed record JobView
{
    /// <summary>Job.</summary>
    [Id(0)] public required QueuedJob Job { get; init; }

    /// <summary>Epoch of the last claim; 0 before the first.</summary>
    [Id(1)] public int Epoch { get; init; }

    /// <summary>Worker that holds it, or null while it is queued.</summary>
    [Id(2)] public string? Worker { get; init; }

    /// <summary>Last heartbeat.</summary>
    [Id(3)] public DateTimeOffset? Heartbeat { get; init; }

    /// <summary>Cancellation was asked for.</summary>
    [Id(4)] public bool Cancelling { get; init; }

    /// <summary>When it was queued.</summary>
    [Id(5)] public DateTimeOffset Queued { get; init; }

    /// <summary>Attempts left. 0 and no worker: every attempt was lost; the loop ends its round or generation.</summary>
    [Id(6)] public int AttemptsLeft { get; init; }
}
