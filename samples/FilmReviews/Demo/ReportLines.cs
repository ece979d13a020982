using System.Globalization;
using Orleans.Dpo.Samples.FilmReviews.Client;

namespace Orleans.Dpo.Samples.FilmReviews.Demo;

/// <summary>A report for people.</summary>
internal static class ReportLines
{
    /// <summary>Three lines: the reward before and after, the gate's verdict, the policy that writes from now on.</summary>
    public static IEnumerable<string> Summary(RunReport report)
    {
        var last = report.Rounds[^1];
        yield return report.Start is { } start && last.MeanReward is { } mean
            ? $"Reward: {Show(start.MeanReward, start.MeanRewardCi)} before → {Show(mean, last.MeanRewardCi!)} after ({report.Reward}, in its standard deviations under {start.PolicyId}, 95 % intervals)"
            : $"Reward: not measured, the round ended as {last.State}";
        yield return $"Gate: {last.Reason}";
        yield return last.Promoted
            ? $"Policy: {last.PolicyId} is active and writes the next pairs; {last.Parent} did before"
            : $"Policy: {last.Parent} stays active; {last.PolicyId ?? "no candidate"} was not promoted";
    }

    public static IEnumerable<string> Table(RunReport report)
    {
        yield return $"Reward: {report.Reward}, in its standard deviations under the start policy; 95 % intervals by a bootstrap over prompts.";
        yield return Row("round", "policy", "version", "votes", "rows", "reward", "wins vs start", "KL", "seconds", "verdict");
        if (report.Start is { } start)
        {
            yield return Row("0", start.PolicyId, "", "", "", Show(start.MeanReward, start.MeanRewardCi), "", "0", "", "start");
        }

        foreach (var round in report.Rounds)
        {
            yield return Row(
                Text(round.Round), round.PolicyId ?? "-", round.DatasetVersion ?? "-", Text(round.Judgments), Text(round.Pairs),
                round.MeanReward is { } mean ? Show(mean, round.MeanRewardCi!) : "-",
                round.WinRateVsStart is { } rate ? Show(rate, round.WinRateCi!) : "-",
                round.KlToStart is { } kl ? kl.ToString("F2", CultureInfo.InvariantCulture) : "-",
                round.Seconds.ToString("F0", CultureInfo.InvariantCulture), round.State);
        }

        foreach (var round in report.Rounds)
        {
            yield return $"Round {round.Round}: {round.Reason}";
        }
    }

    private static string Row(params string[] cells)
    {
        int[] widths = [5, 6, 7, 5, 5, 20, 20, 5, 7, 0];
        return string.Join("  ", cells.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd();
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Show(double value, double[] interval) => string.Create(CultureInfo.InvariantCulture, $"{value:F2} [{interval[0]:F2}, {interval[1]:F2}]");
}
