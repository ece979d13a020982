using System.Collections.Immutable;
using System.Globalization;
using Orleans.Dpo.Grains.Datasets;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Generations;
using Orleans.Dpo.Grains.Jobs;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Grains.Rounds;

namespace Orleans.Dpo.Grains.Projects;

/// <summary>The next step of a project's loop. Level-triggered: it looks at what is, never at what was told, so a lost or repeated step mends itself.</summary>
public static class LoopRules
{
    /// <summary>Decides the step.</summary>
    public static LoopPlan Next(LoopInput input)
    {
        var round = PlanRound(input);
        var generation = PlanGeneration(input, round is not null);
        var (events, work) = RoundSteps.Next(input);
        var (steps, generationWork) = GenerationSteps(input);
        return new()
        {
            Round = round,
            Generation = generation,
            Cut = PlanCut(input),
            RoundEvents = events,
            GenerationSteps = steps,
            Cancel = [.. input.Jobs.Where(job => !job.Cancelling && !IsWanted(input, job)).Select(job => job.Job.Key)],
            Work = [.. input.Building.Select(version => new LoopWork(LoopWorkKind.BuildVersion, NumberedName.Of('v', version.Version))), .. work, .. generationWork],
            Progress = LoopWords.Progress(input, NewVotes(input)),
        };
    }

    /// <summary>The round that is next to leave Planned: the oldest planned one, when none is under way.</summary>
    public static RoundView? NextInLine(ImmutableArray<RoundView> rounds) =>
        rounds.Any(round => RoundRules.IsUnderWay(round.State)) ? null : rounds.LastOrDefault(round => round.State is RoundState.Planned);

    /// <summary>The version after whose votes a round's window begins: that of the newest round which trained a candidate on one. Null: the first vote.</summary>
    public static int? WindowStart(ImmutableArray<RoundView> rounds) =>
        rounds.FirstOrDefault(round => round.Version is not null && round.Candidate is not null)?.Version;

    /// <summary>Live counted votes since the newest round's version was cut.</summary>
    public static int NewVotes(LoopInput input) => Math.Max(0, input.Shards.Sum(shard => shard.CountedVotes) - input.VotesAtLastRound);

    /// <summary>Open vote slots of all shards.</summary>
    public static int OpenSlots(LoopInput input) => input.Shards.Sum(shard => shard.OpenVoteSlots);

    private static PlanRound? PlanRound(LoopInput input)
    {
        var waiting = input.Rounds.Any(round => round.State is RoundState.Planned or RoundState.Queued or RoundState.Training or RoundState.Evaluating);
        if (input.Active is null || waiting)
        {
            return null;
        }

        var settings = input.Settings.Rounds;
        var votes = NewVotes(input);
        var last = input.Rounds.FirstOrDefault();
        if (settings.JudgmentsTrigger > 0 && votes >= settings.JudgmentsTrigger)
        {
            return new("judgments", $"judgments/after-r{last?.Number ?? 0}", Settings: null, CandidatePolicy: null);
        }

        return votes > 0 && settings.Cron is { } cron && CronSchedule.TryParse(cron, out var schedule, out _)
            && schedule.NextAfter(last?.Planned ?? input.Created) is { } due && due <= input.Now
            ? new("cron", $"cron/{due.UtcDateTime.ToString("yyyyMMddHHmm", CultureInfo.InvariantCulture)}", Settings: null, CandidatePolicy: null)
            : null;
    }

    private static CutRequest? PlanCut(LoopInput input)
    {
        var settings = input.Settings.Datasets;
        var votes = input.Shards.Sum(shard => shard.CountedVotes) - (input.Newest?.CountedVotes ?? 0);
        if (settings.JudgmentsTrigger > 0 && votes >= settings.JudgmentsTrigger)
        {
            return new("judgments", Round: null, $"judgments/after-v{input.Newest?.Version ?? 0}", Replay: null);
        }

        return votes > 0 && settings.Cron is { } cron && CronSchedule.TryParse(cron, out var schedule, out _)
            && schedule.NextAfter(input.Newest?.Created ?? input.Created) is { } due && due <= input.Now
            ? new("cron", Round: null, $"cron/{due.UtcDateTime.ToString("yyyyMMddHHmm", CultureInfo.InvariantCulture)}", Replay: null)
            : null;
    }

    private static PlanGeneration? PlanGeneration(LoopInput input, bool roundPlanned)
    {
        var newest = input.Generations.FirstOrDefault();
        var underWay = input.Generations.Any(generation => generation.State is not (GenerationState.Done or GenerationState.Failed));
        if (input.Active is not { } active || !input.Settings.Generation.Automatic || underWay || input.Prompts.Train is 0)
        {
            return null;
        }

        var promoted = input.Rounds.FirstOrDefault(round => round.State is RoundState.Promoted);
        if (promoted?.Candidate == active.Active && !input.Generations.Any(generation => generation.Policy == active.Active))
        {
            return new("promoted", $"promoted/{active.Active}", Pairs: null);
        }

        if (newest is { State: GenerationState.Failed } && newest.Policy == active.Active)
        {
            // The same policy would fail again every second; an operator looks first.
            return null;
        }

        var low = input.Settings.Generation.LowWater;
        var busy = roundPlanned || input.Rounds.Any(round => round.State is RoundState.Planned or RoundState.Queued or RoundState.Training or RoundState.Evaluating);
        var runsLow = low is 0 ? OpenSlots(input) is 0 && !busy : OpenSlots(input) < low;
        return runsLow ? new("low-water", $"low-water/after-g{newest?.Number ?? 0}", Pairs: null) : null;
    }

    private static (ImmutableArray<(string, GenerationStep)> Steps, ImmutableArray<LoopWork> Work) GenerationSteps(LoopInput input)
    {
        var steps = ImmutableArray.CreateBuilder<(string, GenerationStep)>();
        var work = ImmutableArray.CreateBuilder<LoopWork>();
        foreach (var generation in input.Generations)
        {
            var name = NumberedName.Of('g', generation.Number);
            var job = input.Jobs.FirstOrDefault(job => job.Job.Key.Name == name);
            switch (generation.State)
            {
                case GenerationState.Planned or GenerationState.Queued or GenerationState.Running when job is null:
                    work.Add(new(LoopWorkKind.QueueGeneration, name));
                    break;
                case GenerationState.Planned or GenerationState.Queued or GenerationState.Running when job is { Worker: null, AttemptsLeft: 0 }:
                    steps.Add((name, new(GenerationState.Failed, Reason: new(RefusalCodes.JobFailed, $"Every attempt at {name} was lost by its worker."))));
                    break;
                case GenerationState.Planned or GenerationState.Queued when job is { Worker: not null }:
                    steps.Add((name, new(GenerationState.Running)));
                    break;
                case GenerationState.Planned when job is not null:
                    steps.Add((name, new(GenerationState.Queued)));
                    break;
                case GenerationState.Pairing:
                    work.Add(new(LoopWorkKind.MakePairs, name));
                    break;
                default:
                    break;
            }
        }

        return (steps.ToImmutable(), work.ToImmutable());
    }

    private static bool IsWanted(LoopInput input, JobView job)
    {
        var key = job.Job.Key;
        if (NumberedName.TryParse('g', key.Name, out var number))
        {
            // Only the last generations are known here; an older one that still has a job is left alone.
            return input.Generations.FirstOrDefault(generation => generation.Number == number)?.State is not (GenerationState.Pairing or GenerationState.Done or GenerationState.Failed);
        }

        var state = input.Rounds.FirstOrDefault(round => NumberedName.Of('r', round.Number) == key.Name)?.State;
        return state is null || (key.Kind is "train" ? state is RoundState.Queued or RoundState.Training : state is RoundState.Evaluating);
    }
}
