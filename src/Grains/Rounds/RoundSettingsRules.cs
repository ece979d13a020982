using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Grains.Rounds;

/// <summary>What round settings must satisfy beyond the range of each value.</summary>
public static class RoundSettingsRules
{
    /// <summary>Null when the settings can run.</summary>
    public static Refusal? Check(RoundSettings settings)
    {
        if (SettingsRanges.FirstFault(settings, "rounds") is { } fault)
        {
            return new(RefusalCodes.BadRequest, fault);
        }

        if (settings.Cron is { } cron && !CronSchedule.TryParse(cron, out _, out var why))
        {
            return new(RefusalCodes.BadRequest, $"rounds.cron is '{cron}': {why}");
        }

        if (settings.Reference is not ("pi0" or "parent") && !NumberedName.TryParse('p', settings.Reference, out _))
        {
            return new(RefusalCodes.BadRequest, $"rounds.reference is '{settings.Reference}'; it must be pi0, parent or a policy such as p3.");
        }

        return settings.Gate is { Profile: GateProfile.Strict, Prompts: < RoundRules.StrictPrompts }
            ? new(RefusalCodes.BadRequest, $"rounds.gate.prompts is {settings.Gate.Prompts}; the strict profile needs at least {RoundRules.StrictPrompts}, or choose trial.")
            : null;
    }
}
