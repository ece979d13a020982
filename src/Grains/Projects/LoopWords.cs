using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Generations;
using Orleans.Dpo.Grains.Rounds;

namespace Orleans.Dpo.Grains.Projects;

/// <summary>What the loop shows of itself: counts, and one sentence that says what it waits for.</summary>
internal static class LoopWords
{
    public static ProjectProgress Progress(LoopInput input, int newVotes)
    {
        var round = input.Rounds.FirstOrDefault(round => RoundRules.IsUnderWay(round.State)) ?? LoopRules.NextInLine(input.Rounds);
        var generation = input.Generations.FirstOrDefault(generation => generation.State is not (GenerationState.Done or GenerationState.Failed));
        return new()
        {
            Pairs = input.Shards.Sum(shard => shard.Pairs),
            CountedVotes = input.Shards.Sum(shard => shard.CountedVotes),
            NewVotes = newVotes,
            OpenVoteSlots = LoopRules.OpenSlots(input),
            JudgmentsTrigger = input.Settings.Rounds.JudgmentsTrigger,
            InReview = input.Shards.Sum(shard => shard.InReview),
            Round = round is null ? null : NumberedName.Of('r', round.Number),
            Generation = generation is null ? null : NumberedName.Of('g', generation.Number),
            WaitsFor = Sentence(input, round, generation, newVotes),
        };
    }

    private static string Sentence(LoopInput input, RoundView? round, GenerationView? generation, int newVotes)
    {
        if (round is not null)
        {
            return OfRound(input, round);
        }

        var open = LoopRules.OpenSlots(input);
        if (input.Active is null)
        {
            return open > 0 ? "Waits for judgments, and for a policy to train." : "Waits for a policy: upload one, or import pairs to judge.";
        }

        if (open is 0 && generation is not null)
        {
            return $"Waits for the pairs of g{generation.Number} to be written.";
        }

        if (open is 0 && input.Prompts.Train is 0)
        {
            return "Waits for prompts: import some.";
        }

        var newest = input.Generations.FirstOrDefault();
        if (open is 0 && newest is { State: GenerationState.Failed })
        {
            return $"Waits for an operator: g{newest.Number} failed. {newest.Reason}";
        }

        var trigger = input.Settings.Rounds.JudgmentsTrigger;
        if (trigger > newVotes)
        {
            var left = trigger - newVotes;
            return left is 1 ? "Waits for 1 more judgment until the next round." : $"Waits for {left} more judgments until the next round.";
        }

        return open > 0 ? "Waits for judgments; rounds start by hand or by schedule." : "Waits for an operator: there is nothing to judge.";
    }

    private static string OfRound(LoopInput input, RoundView round) => round.State switch
    {
        RoundState.Planned => $"Waits for the dataset version of r{round.Number}.",
        RoundState.Queued => $"Waits for a worker to train r{round.Number}.",
        RoundState.Training => $"Waits for r{round.Number} to train.",
        RoundState.Evaluating => $"Waits for the evaluation of r{round.Number}.",
        _ => $"Waits for head-to-head judgments of r{round.Number}: {input.Shards.Sum(shard => shard.HeadToHead.GetValueOrDefault($"r{round.Number}"))}"
            + $" of {round.HeadToHead * round.Settings.Gate.Overlap}.",
    };
}
