using System.Collections.Immutable;
using Orleans.Concurrency;
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
