using System.Collections.Immutable;
using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Grains.Jobs;

/// <summary>The queue of jobs: claims, epochs, heartbeats, attempts. Ended jobs leave it, so it stays as short as the work under way.</summary>
public static class JobQueueRules
{
    /// <summary>Seconds between heartbeats.</summary>
    public const int HeartbeatSeconds = 5;

    /// <summary>A claim without a heartbeat for longer is lost.</summary>
    public static TimeSpan ClaimLife { get; } = TimeSpan.FromSeconds(4 * HeartbeatSeconds);

    /// <summary>The queue with the job; unchanged when a job of that name is in it.</summary>
    public static JobQueueState Enqueue(JobQueueState state, QueuedJob job, DateTimeOffset now) => IndexOf(state, job.Key) >= 0
        ? state
        : state with { Jobs = state.Jobs.Add(new() { Job = job, Queued = now, AttemptsLeft = job.Attempts }) };

    /// <summary>The queue after claims that lapsed went back, each one attempt poorer.</summary>
    public static JobQueueState Lapse(JobQueueState state, DateTimeOffset now)
    {
        if (!state.Jobs.Any(job => IsLapsed(job, now)))
        {
            return state;
        }

        var jobs = state.Jobs.Where(job => !(IsLapsed(job, now) && job.Cancelling))
            .Select(job => IsLapsed(job, now) ? job with { Worker = null, Heartbeat = null } : job);
        return state with { Jobs = [.. jobs] };
    }

    /// <summary>Gives the next job of the wanted kinds to a worker: larger priority first, then the older. Taking it uses an attempt up.</summary>
    public static (JobQueueState State, JobClaim? Claim) Claim(JobQueueState state, string worker, ImmutableArray<string> kinds, DateTimeOffset now)
    {
        state = Lapse(state, now);
        var next = state.Jobs.Where(job => job.Worker is null && job.AttemptsLeft > 0 && (kinds.IsDefaultOrEmpty || kinds.Contains(job.Job.Key.Kind)))
            .OrderByDescending(job => job.Job.Priority).FirstOrDefault();
        if (next is null)
        {
            return (state, null);
        }

        var epoch = state.Epoch + 1;
        var claimed = next with { Worker = worker, Epoch = epoch, Heartbeat = now, AttemptsLeft = next.AttemptsLeft - 1 };
        return (new() { Epoch = epoch, Jobs = state.Jobs.Replace(next, claimed) }, new(next.Job, epoch, HeartbeatSeconds));
    }

    /// <summary>Whether a claim still holds, and what its worker is to do.</summary>
    public static Outcome<JobOrder> Heartbeat(JobQueueState state, JobKey key, int epoch, DateTimeOffset now)
    {
        var index = IndexOf(state, key);
        if (index < 0 || state.Jobs[index].Epoch != epoch || state.Jobs[index].Worker is null || IsLapsed(state.Jobs[index], now))
        {
            return Lost(key, epoch);
        }

        return state.Jobs[index].Cancelling ? JobOrder.Cancel : JobOrder.Continue;
    }

    /// <summary>The queue with a heartbeat noted.</summary>
    public static JobQueueState Touch(JobQueueState state, JobKey key, DateTimeOffset now)
    {
        var index = IndexOf(state, key);
        return state with { Jobs = state.Jobs.SetItem(index, state.Jobs[index] with { Heartbeat = now }) };
    }

    /// <summary>Ends a claim. Only a retry with attempts left, or a job given back, stays in the queue, and only while no cancellation was asked for.</summary>
    public static (JobQueueState State, Outcome<JobEnd> End) End(JobQueueState state, JobKey key, int epoch, JobOutcome outcome)
    {
        var index = IndexOf(state, key);
        if (index < 0 || state.Jobs[index].Epoch != epoch || state.Jobs[index].Worker is null)
        {
            return (state, Lost(key, epoch));
        }

        var job = state.Jobs[index];
        var left = job.AttemptsLeft + (outcome is JobOutcome.Returned ? 1 : 0);
        return outcome is JobOutcome.Retry or JobOutcome.Returned && left > 0 && !job.Cancelling
            ? (state with { Jobs = state.Jobs.SetItem(index, job with { Worker = null, Heartbeat = null, AttemptsLeft = left }) }, new JobEnd(Final: false, left))
            : (state with { Jobs = state.Jobs.RemoveAt(index) }, new JobEnd(Final: true, job.AttemptsLeft));
    }

    /// <summary>The queue after a cancellation: a job that no worker holds is gone, a claimed one will be told.</summary>
    public static JobQueueState Cancel(JobQueueState state, JobKey key, DateTimeOffset now)
    {
        state = Lapse(state, now);
        var index = IndexOf(state, key);
        if (index < 0)
        {
            return state;
        }

        return state.Jobs[index].Worker is null
            ? state with { Jobs = state.Jobs.RemoveAt(index) }
            : state with { Jobs = state.Jobs.SetItem(index, state.Jobs[index] with { Cancelling = true }) };
    }

    /// <summary>
    /// The queue after a restart of its grain: heartbeats are not stored, so every claim gets a full life again; and its attempt is given back,
    /// because a worker that died with the server did nothing wrong.
    /// </summary>
    public static JobQueueState Restarted(JobQueueState state, DateTimeOffset now) =>
        state with
        {
            Jobs = [.. state.Jobs.Select(job => job.Worker is null ? job : job with { Heartbeat = now, AttemptsLeft = Math.Min(job.Job.Attempts, job.AttemptsLeft + 1) })],
        };

    /// <summary>Index of a job, or −1.</summary>
    public static int IndexOf(JobQueueState state, JobKey key)
    {
        for (var i = 0; i < state.Jobs.Length; i++)
        {
            if (state.Jobs[i].Job.Key == key)
            {
                return i;
            }
        }

        return -1;
    }

    private static bool IsLapsed(JobView job, DateTimeOffset now) => job.Worker is not null && now - job.Heartbeat > ClaimLife;

    private static Refusal Lost(JobKey key, int epoch) => new(RefusalCodes.ClaimLost, $"The claim {epoch} of {key.Project}/{key.Name} ({key.Kind}) is not the current one.");
}
