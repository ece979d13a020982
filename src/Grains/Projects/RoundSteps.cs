using System.Collections.Immutable;
using Orleans.Dpo.Grains.Datasets;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Jobs;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Grains.Rounds;

namespace Orleans.Dpo.Grains.Projects;

/// <summary>What the loop does for its rounds in one step.</summary>
internal static class RoundSteps
{
    public static (ImmutableArray<(string, RoundEvent)> Events, ImmutableArray<LoopWork> Work) Next(LoopInput input)
    {
        var events = ImmutableArray.CreateBuilder<(string, RoundEvent)>();
        var work = ImmutableArray.CreateBuilder<LoopWork>();
        var next = LoopRules.NextInLine(input.Rounds);
        foreach (var round in input.Rounds)
        {
            var name = NumberedName.Of('r', round.Number);
            if (round.State is RoundState.Planned && round == next && FromPlanned(round, input.RoundVersion) is { } happened)
            {
                events.Add((name, happened));
            }
            else if (round.State is RoundState.Queued or RoundState.Training)
            {
                Training(name, round, Job(input, name, "train"), events, work);
            }
            else if (round.State is RoundState.Evaluating)
            {
                Evaluating(name, round, Job(input, name, "evaluate"), events, work);
            }
            else if (round.State is RoundState.AwaitingJudgments)
            {
                Awaiting(input, name, round, events, work);
            }
            else if (RoundRules.IsEnded(round.State) && round is { HeadToHead: > 0, PairsClosed: false })
            {
                work.Add(new(LoopWorkKind.ClosePairs, name));
            }
        }

        return (events.ToImmutable(), work.ToImmutable());
    }

    private static RoundEvent? FromPlanned(RoundView round, VersionView? version) => (round.Candidate, version?.State) switch
    {
        // A pushed candidate has nothing to train: it meets the gate at once.
        ({ } candidate, _) => new() { Kind = RoundEventKind.Trained, Candidate = candidate },
        (_, VersionState.Published) => new() { Kind = RoundEventKind.VersionReady, Version = version!.Version },
        (_, VersionState.Failed) => new() { Kind = RoundEventKind.Failed, Version = version!.Version, Reason = version.Failure },
        _ => null,
    };

    private static void Training(string name, RoundView round, JobView? job, ImmutableArray<(string, RoundEvent)>.Builder events, ImmutableArray<LoopWork>.Builder work)
    {
        if (job is null)
        {
            work.Add(new(LoopWorkKind.QueueTraining, name));
        }
        else if (IsLost(job))
        {
            events.Add((name, Lost(name, "training")));
        }
        else if (job.Worker is not null && round.State is RoundState.Queued)
        {
            events.Add((name, new() { Kind = RoundEventKind.TrainingStarted }));
        }
    }

    private static void Evaluating(string name, RoundView round, JobView? job, ImmutableArray<(string, RoundEvent)>.Builder events, ImmutableArray<LoopWork>.Builder work)
    {
        if (!round.Measures.IsEmpty)
        {
            work.Add(new(round.Settings.Gate.Profile is GateProfile.Strict ? LoopWorkKind.MakeHeadToHead : LoopWorkKind.DecideGate, name));
        }
        else if (job is null)
        {
            work.Add(new(LoopWorkKind.QueueEvaluation, name));
        }
        else if (IsLost(job))
        {
            events.Add((name, Lost(name, "evaluation")));
        }
    }

    private static void Awaiting(LoopInput input, string name, RoundView round, ImmutableArray<(string, RoundEvent)>.Builder events, ImmutableArray<LoopWork>.Builder work)
    {
        // Pairs in review may never be judged: they only make the gate look earlier, and it counts what there is.
        var judged = input.Shards.Sum(shard => shard.HeadToHead.GetValueOrDefault(name));
        var wanted = (round.HeadToHead - input.Shards.Sum(shard => shard.InReview)) * round.Settings.Gate.Overlap;
        if (judged >= wanted)
        {
            work.Add(new(LoopWorkKind.DecideGate, name));
        }

        if (input.Now - round.AwaitingSince > TimeSpan.FromHours(round.Settings.Gate.ExpireHours))
        {
            events.Add((name, new() { Kind = RoundEventKind.Expired }));
        }
    }

    private static JobView? Job(LoopInput input, string name, string kind) =>
        input.Jobs.FirstOrDefault(job => job.Job.Key.Name == name && job.Job.Key.Kind == kind);

    private static bool IsLost(JobView job) => job is { Worker: null, AttemptsLeft: 0 };

    private static RoundEvent Lost(string name, string what) =>
        new() { Kind = RoundEventKind.Failed, Reason = new(RefusalCodes.JobFailed, $"Every attempt at the {what} of {name} was lost by its worker.") };
}
