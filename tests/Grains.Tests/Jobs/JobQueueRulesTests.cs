using Orleans.Dpo.Grains.Jobs;
using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Grains.Tests.Jobs;

public sealed class JobQueueRulesTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_larger_priority_goes_first_and_then_the_older()
    {
        var state = Queue(Job("g1", "generate", 10), Job("r1", "train", 20), Job("r2", "train", 20));
        Assert.Equal(["r1", "r2", "g1"], TakeAll(state));
    }

    [Fact]
    public void A_worker_gets_only_kinds_it_takes()
    {
        var (_, claim) = JobQueueRules.Claim(Queue(Job("r1", "train", 20), Job("g1", "generate", 10)), "w", ["generate"], s_noon);
        Assert.Equal("g1", claim!.Job.Key.Name);
    }

    [Fact]
    public void A_job_that_is_in_the_queue_is_not_queued_twice() => Assert.Single(Queue(Job("r1", "train", 20), Job("r1", "train", 99)).Jobs);

    [Fact]
    public void A_silent_worker_loses_its_claim_and_a_late_result_is_refused()
    {
        var (claimed, first) = JobQueueRules.Claim(Queue(Job("r1", "train", 20)), "slow", [], s_noon);
        var late = s_noon + JobQueueRules.ClaimLife + TimeSpan.FromTicks(1);
        Assert.Null(JobQueueRules.Claim(claimed, "fast", [], s_noon + JobQueueRules.ClaimLife).Claim);
        var (taken, second) = JobQueueRules.Claim(claimed, "fast", [], late);
        Assert.True(second!.Epoch > first!.Epoch);
        Assert.Equal(RefusalCodes.ClaimLost, JobQueueRules.Heartbeat(taken, first.Job.Key, first.Epoch, late).Refusal!.Code);
        Assert.Equal(RefusalCodes.ClaimLost, JobQueueRules.End(taken, first.Job.Key, first.Epoch, JobOutcome.Done).End.Refusal!.Code);
        Assert.True(JobQueueRules.End(taken, first.Job.Key, second.Epoch, JobOutcome.Done).End.Value!.Final);
    }

    [Fact]
    public void A_heartbeat_keeps_a_claim()
    {
        var (state, claim) = JobQueueRules.Claim(Queue(Job("r1", "train", 20)), "w", [], s_noon);
        for (var seconds = 5; seconds <= 100; seconds += 5)
        {
            var now = s_noon.AddSeconds(seconds);
            Assert.Equal(JobOrder.Continue, JobQueueRules.Heartbeat(state, claim!.Job.Key, claim.Epoch, now).Value);
            state = JobQueueRules.Touch(state, claim.Job.Key, now);
        }

        Assert.Null(JobQueueRules.Claim(state, "other", [], s_noon.AddSeconds(101)).Claim);
    }

    [Fact]
    public void A_job_given_back_by_a_worker_that_stops_costs_no_attempt()
    {
        var state = Queue(Job("r1", "train", 20) with { Attempts = 1 });
        for (var stop = 0; stop < 5; stop++)
        {
            (state, var claim) = JobQueueRules.Claim(state, "w", [], s_noon);
            (state, var end) = JobQueueRules.End(state, claim!.Job.Key, claim.Epoch, JobOutcome.Returned);
            Assert.Equal((false, 1), (end.Value!.Final, end.Value.AttemptsLeft));
        }
    }

    [Fact]
    public void Attempts_run_out_and_the_job_stays_to_be_seen()
    {
        var state = Queue(Job("r1", "train", 20) with { Attempts = 2 });
        for (var attempt = 0; attempt < 2; attempt++)
        {
            (state, var claim) = JobQueueRules.Claim(state, "w", [], s_noon.AddMinutes(attempt));
            Assert.NotNull(claim);
        }

        var lapsed = JobQueueRules.Lapse(state, s_noon.AddMinutes(9));
        Assert.Null(JobQueueRules.Claim(lapsed, "w", [], s_noon.AddMinutes(9)).Claim);
        Assert.Equal((null, 0), (lapsed.Jobs[0].Worker, lapsed.Jobs[0].AttemptsLeft));
    }

    [Fact]
    public void A_retry_is_final_when_no_attempt_is_left()
    {
        var (state, claim) = JobQueueRules.Claim(Queue(Job("r1", "train", 20) with { Attempts = 1 }), "w", [], s_noon);
        var (after, end) = JobQueueRules.End(state, claim!.Job.Key, claim.Epoch, JobOutcome.Retry);
        Assert.Equal((true, 0), (end.Value!.Final, after.Jobs.Length));
    }

    [Fact]
    public void Cancelling_removes_a_waiting_job_and_tells_the_worker_of_a_claimed_one()
    {
        var waiting = Queue(Job("r1", "train", 20));
        Assert.Empty(JobQueueRules.Cancel(waiting, waiting.Jobs[0].Job.Key, s_noon).Jobs);
        var (claimed, claim) = JobQueueRules.Claim(waiting, "w", [], s_noon);
        var cancelling = JobQueueRules.Cancel(claimed, claim!.Job.Key, s_noon);
        Assert.Equal(JobOrder.Cancel, JobQueueRules.Heartbeat(cancelling, claim.Job.Key, claim.Epoch, s_noon).Value);
        Assert.True(JobQueueRules.End(cancelling, claim.Job.Key, claim.Epoch, JobOutcome.Retry).End.Value!.Final);
        Assert.Empty(JobQueueRules.Lapse(cancelling, s_noon.AddHours(1)).Jobs);
    }

    [Fact]
    public void After_a_restart_a_claim_gets_a_full_life_again()
    {
        var (state, claim) = JobQueueRules.Claim(Queue(Job("r1", "train", 20)), "w", [], s_noon);
        var restarted = JobQueueRules.Restarted(state, s_noon.AddMinutes(5));
        Assert.Equal(JobOrder.Continue, JobQueueRules.Heartbeat(restarted, claim!.Job.Key, claim.Epoch, s_noon.AddMinutes(5).AddSeconds(19)).Value);
    }

    [Fact]
    public void A_restart_of_the_server_costs_no_attempt_however_often_it_happens()
    {
        var state = Queue(Job("r1", "train", 20));
        for (var i = 0; i < 20; i++)
        {
            (state, var claim) = JobQueueRules.Claim(state, "w", [], s_noon.AddHours(i));
            Assert.NotNull(claim);
            state = JobQueueRules.Restarted(state, s_noon.AddHours(i));
        }

        Assert.Equal(3, Assert.Single(state.Jobs).AttemptsLeft);
    }

    private static QueuedJob Job(string name, string kind, int priority) => new(new(new("films"), name, kind), "spec", [], Attempts: 3, priority);

    private static JobQueueState Queue(params QueuedJob[] jobs) => jobs.Aggregate(new JobQueueState(), (state, job) => JobQueueRules.Enqueue(state, job, s_noon));

    private static List<string> TakeAll(JobQueueState state)
    {
        var names = new List<string>();
        while (true)
        {
            (state, var claim) = JobQueueRules.Claim(state, "w", [], s_noon);
            if (claim is null)
            {
                return names;
            }

            names.Add(claim.Job.Key.Name);
        }
    }
}
