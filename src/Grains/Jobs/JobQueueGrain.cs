using System.Collections.Immutable;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Runtime;

namespace Orleans.Dpo.Grains.Jobs;

internal sealed class JobQueueGrain([PersistentState("state", "blob")] IPersistentState<JobQueueState> state, TimeProvider time) : Grain, IJobQueueGrain
{
    private readonly (DateTimeOffset Time, long At) _start = (time.GetUtcNow(), time.GetTimestamp());

    /// <summary>The time by a clock that never goes back: with one that does, a claim whose worker is gone would hold for as long as the jump.</summary>
    private DateTimeOffset Now => _start.Time + time.GetElapsedTime(_start.At);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        state.State = JobQueueRules.Restarted(state.State, Now);
        return Task.CompletedTask;
    }

    public Task EnqueueAsync(QueuedJob job, CancellationToken cancellationToken) =>
        WriteAsync(JobQueueRules.Enqueue(state.State, job, Now), cancellationToken);

    public async Task<JobClaim?> ClaimAsync(string worker, ImmutableArray<string> kinds, CancellationToken cancellationToken)
    {
        var (next, claim) = JobQueueRules.Claim(state.State, worker, kinds, Now);
        await WriteAsync(next, cancellationToken);
        return claim;
    }

    public Task<Outcome<JobOrder>> HeartbeatAsync(JobKey job, int epoch, CancellationToken cancellationToken)
    {
        var now = Now;
        var outcome = JobQueueRules.Heartbeat(state.State, job, epoch, now);
        if (outcome.Refusal is null)
        {
            // Not written: after a restart every claim gets a full life again.
            state.State = JobQueueRules.Touch(state.State, job, now);
        }

        return Task.FromResult(outcome);
    }

    public async Task<Outcome<JobEnd>> EndAsync(JobKey job, int epoch, JobOutcome outcome, CancellationToken cancellationToken)
    {
        var (next, end) = JobQueueRules.End(state.State, job, epoch, outcome);
        await WriteAsync(next, cancellationToken);
        return end;
    }

    public Task CancelAsync(JobKey job, CancellationToken cancellationToken) =>
        WriteAsync(JobQueueRules.Cancel(state.State, job, Now), cancellationToken);

    public Task<ImmutableArray<JobView>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult(JobQueueRules.Lapse(state.State, Now).Jobs);

    public Task<JobView?> FindAsync(JobKey job, CancellationToken cancellationToken)
    {
        var now = JobQueueRules.Lapse(state.State, Now);
        var index = JobQueueRules.IndexOf(now, job);
        return Task.FromResult(index < 0 ? null : now.Jobs[index]);
    }

    private async Task WriteAsync(JobQueueState next, CancellationToken cancellationToken)
    {
        if (ReferenceEquals(next, state.State))
        {
            return;
        }

        var before = state.State;
        state.State = next;
        try
        {
            await state.WriteStateAsync(cancellationToken);
        }
        catch
        {
            // What was stored is not known: the next activation reads it.
            state.State = before;
            DeactivateOnIdle();
            throw;
        }
    }
}
