using System.Collections.Immutable;
using System.Globalization;

namespace Orleans.Dpo.Grains.Rounds;

/// <summary>The promotion rule, fixed when the round was planned: what is measured goes in, a verdict in plain words comes out.</summary>
public static class GateRules
{
    /// <summary>Held-out pairs from which pair accuracy is checked.</summary>
    public const int PairsForAccuracy = 20;

    /// <summary>Decides.</summary>
    /// <param name="round">The round with its measures and settings.</param>
    /// <param name="headToHead">Strict: results by prompt; ignored by trial.</param>
    /// <exception cref="InvalidOperationException">A policy of the round was not measured.</exception>
    public static GateReport Decide(RoundView round, HeadToHeadResults headToHead)
    {
        var gate = round.Settings.Gate;
        var checks = GuardChecks(round, gate.Guards).ToImmutableArray();
        return gate.Profile is GateProfile.Trial ? Trial(round, checks) : Strict(round, checks, headToHead);
    }

    /// <summary>The guards, each with its value and limit. A value that is not a number fails.</summary>
    public static IEnumerable<GateCheck> GuardChecks(RoundView round, GuardLimits limits)
    {
        var (candidate, parent, start) = (Of(round, round.Candidate!), Of(round, round.Parent), Of(round, round.Start));
        yield return AtMost("kl", candidate.KlToStart, limits.Kl);
        yield return AtMost("kl-growth", candidate.KlToStart - parent.KlToStart, limits.KlGrowth);
        var length = candidate.MeanTokens / start.MeanTokens;
        yield return new("length-ratio", length, $"{Show(limits.LengthRatioMin)} to {Show(limits.LengthRatioMax)}", length >= limits.LengthRatioMin && length <= limits.LengthRatioMax);
        yield return AtLeast("finished", candidate.Finished, limits.Finished);
        yield return AtLeast("distinct-2-ratio", candidate.Distinct2 / start.Distinct2, limits.Distinct2Ratio);
        yield return AtMost("odd-rate", candidate.OddRate, limits.OddRate);
        if (candidate.ChosenLogpShift is { } shift)
        {
            yield return AtMost("chosen-logp-fall", -shift, limits.ChosenLogpFall);
        }

        if (candidate.PairAccuracy is { } accuracy && round.HeldOutPairs >= PairsForAccuracy)
        {
            yield return AtLeast("pair-accuracy", accuracy, limits.PairAccuracy);
        }
    }

    private static GateReport Trial(RoundView round, ImmutableArray<GateCheck> checks)
    {
        var failed = Failures(checks);
        return new()
        {
            Promote = failed.Length is 0,
            Checks = checks,
            Reason = failed.Length is 0
                ? $"All {checks.Length} guards hold for {round.Candidate}. Trial profile: n is too small to claim that it is better than {round.Parent}."
                : $"Not promoted: {failed}.",
        };
    }

    private static GateReport Strict(RoundView round, ImmutableArray<GateCheck> checks, HeadToHeadResults results)
    {
        var gate = round.Settings.Gate;
        var sameOpponent = round.Parent == round.Start;
        var vsParent = Bootstrap.WinRateOf(results.VsParent);
        var vsStart = sameOpponent ? vsParent : Bootstrap.WinRateOf(results.VsStart);
        var judged = sameOpponent ? results.VsParent.Length : Math.Min(results.VsParent.Length, results.VsStart.Length);
        checks =
        [
            .. checks,
            new("head-to-head-prompts", judged, $"≥ {RoundRules.StrictPrompts}", judged >= RoundRules.StrictPrompts),
            new("vs-parent-lower-bound", vsParent.Low, $"≥ {Show(0.5 - gate.NonInferiority)}", vsParent.Low >= 0.5 - gate.NonInferiority),
            new("vs-start-lower-bound", vsStart.Low, "> 0.5", vsStart.Low > 0.5),
        ];
        var failed = Failures(checks);
        var rates = $"{round.Candidate} wins {Percent(vsParent)} against {round.Parent}"
            + (sameOpponent ? ", the start policy," : $" and {Percent(vsStart)} against the start policy {round.Start}") + $" over {judged} prompts";
        return new()
        {
            Promote = failed.Length is 0,
            Checks = checks,
            VsParent = vsParent,
            VsStart = vsStart,
            Reason = failed.Length is 0 ? $"Promoted: {rates}, and every guard holds." : $"Not promoted: {failed}. {rates}.",
        };
    }

    private static string Failures(ImmutableArray<GateCheck> checks) => string.Join("; ", checks.Where(check => !check.Passed)
        .Select(check => $"{check.Name} is {Show(check.Value)}, it must be {check.Limit}"));

    private static GateCheck AtMost(string name, double value, double limit) => new(name, value, $"≤ {Show(limit)}", value <= limit);

    private static GateCheck AtLeast(string name, double value, double limit) => new(name, value, $"≥ {Show(limit)}", value >= limit);

    private static PolicyMeasures Of(RoundView round, string policy) => round.Measures.FirstOrDefault(measured => measured.Policy == policy)
        ?? throw new InvalidOperationException($"r{round.Number}: {policy} was not measured.");

    private static string Percent(WinRate rate) => string.Create(CultureInfo.InvariantCulture, $"{100 * rate.Rate:F1} % [{100 * rate.Low:F1}, {100 * rate.High:F1}]");

    private static string Show(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
