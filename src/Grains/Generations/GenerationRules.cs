using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Policies;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Prompts;
using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Grains.Generations;

/// <summary>Decisions about generations.</summary>
public static class GenerationRules
{
    /// <summary>Prompts drawn for a wanted number of pairs: 15 % more and two, because some responses are identical, empty or unfinished.</summary>
    public static int PromptsFor(int pairs) => (int)Math.Ceiling(pairs * 1.15) + 2;

    /// <summary>A new generation, or why there is none. The prompts follow on from where the one before stopped.</summary>
    public static Outcome<GenerationView> Plan(PlanGeneration request, GenerationView? before, GenerationSettings settings, ActivePolicy? active, PromptCounts prompts, DateTimeOffset now)
    {
        if (active is null)
        {
            return new Refusal(RefusalCodes.NoActivePolicy, "No policy is active yet: upload one first.");
        }

        if (prompts.Train is 0)
        {
            return new Refusal(RefusalCodes.NoPrompts, "The project has no prompts in the train split yet: import some.");
        }

        var pairs = request.Pairs ?? settings.Pairs;
        if (pairs is < 1 or > 1_000_000)
        {
            return new Refusal(RefusalCodes.BadRequest, $"pairs is {pairs}; it must be from 1 to 1,000,000.");
        }

        return new GenerationView
        {
            Number = (before?.Number ?? 0) + 1,
            State = GenerationState.Planned,
            Policy = active.Active,
            Opponent = settings.OldNewShare > 0 ? active.Parent : null,
            Settings = settings with { Pairs = pairs },
            PromptCursor = before is null ? 0 : before.PromptCursor + before.Prompts,
            Prompts = Math.Min(PromptsFor(pairs), prompts.Train),
            Planned = now,
            Trigger = request.Reason,
        };
    }

    /// <summary>The generation after a step; itself when the step was taken before; a refusal when it does not follow.</summary>
    public static Outcome<GenerationView> Apply(GenerationView generation, GenerationStep step)
    {
        if (step.State == generation.State)
        {
            return generation;
        }

        var ended = generation.State is GenerationState.Done or GenerationState.Failed;
        if (ended || step.State < generation.State)
        {
            // A worker's late start, or a second upload after the pairs were made, changes nothing; an end is never taken back.
            return step.State is GenerationState.Queued or GenerationState.Running or GenerationState.Pairing
                ? generation
                : new Refusal(RefusalCodes.WrongState, $"g{generation.Number} is {generation.State} and cannot become {step.State}.");
        }

        if (step.State is GenerationState.Done && generation.State is not GenerationState.Pairing)
        {
            return new Refusal(RefusalCodes.WrongState, $"g{generation.Number} is {generation.State}: it has no responses to make pairs of.");
        }

        return generation with
        {
            State = step.State,
            Pairs = step.Pairs,
            Dropped = step.Dropped,
            Reason = step.Reason?.Detail ?? "",
            Responses = step.Responses ?? generation.Responses,
        };
    }

    /// <summary>The event of a change; null for steps between.</summary>
    public static ProjectEvent? EventOf(GenerationView generation)
    {
        var name = NumberedName.Of('g', generation.Number);
        return generation.State switch
        {
            GenerationState.Planned => new("generation.planned", name, EventBody.Of(
                ("generation", name), ("policy", generation.Policy), ("opponent", generation.Opponent), ("pairs", generation.Settings.Pairs),
                ("prompts", generation.Prompts), ("cursor", generation.PromptCursor), ("seed", generation.Settings.Seed), ("trigger", generation.Trigger))),
            GenerationState.Done => new("generation.done", name, EventBody.Of(("generation", name), ("pairs", generation.Pairs), ("dropped", generation.Dropped))),
            GenerationState.Failed => new("generation.failed", name, EventBody.Of(("generation", name), ("reason", generation.Reason))),
            _ => null,
        };
    }
}
