using System.Globalization;
using Orleans.Dpo.Grains.Projects;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>When an annotator is paused: by gold, or by a reliability that is surely too low.</summary>
public static class PauseRules
{
    /// <summary>Votes before reliability is held against anyone.</summary>
    public const int FewestVotes = 30;

    // One-sided 95 %.
    private const double Quantile = 1.6448536269514722;

    /// <summary>Cause (<c>gold</c> or <c>reliability</c>) and evidence as a sentence, or null.</summary>
    public static (string Cause, string Evidence)? Decide(PauseEvidence evidence, AssignmentSettings settings)
    {
        if (evidence.IsPaused)
        {
            return null;
        }

        if (evidence.LogEvidence >= GoldEvidence.PauseAt)
        {
            return ("gold", string.Create(CultureInfo.InvariantCulture,
                $"{evidence.GoldRight} of {evidence.GoldRight + evidence.GoldWrong} gold answers were right; evidence against {settings.GoldPass:0.##} right answers is {Math.Exp(evidence.LogEvidence):F0} to 1."));
        }

        return settings.LeastReliability > -1 && evidence is { Votes: >= FewestVotes, Joint: { Decided: >= FewestVotes } joint }
            && joint.Reliability + (Quantile * joint.ReliabilityError) < settings.LeastReliability
            ? ("reliability", string.Create(CultureInfo.InvariantCulture, $"Reliability {joint.Reliability:F2} ± {joint.ReliabilityError:F2} over {joint.Decided} votes; at least {settings.LeastReliability:F2} is wanted."))
            : null;
    }
}
