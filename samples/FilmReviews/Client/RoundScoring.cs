using System.Text.Json;

namespace Orleans.Dpo.Samples.FilmReviews.Client;

/// <summary>What one round was worth, from what the server kept of it.</summary>
internal static class RoundScoring
{
    public static async Task<RoundReport> ReportAsync(
        ApiClient api, RunOptions options, (int Number, string Start, JsonElement Round, Tally Votes) done, RunReport report, CancellationToken cancellationToken)
    {
        var path = $"/api/v1/projects/{options.Project}";
        var (round, candidate) = (done.Round, done.Round.Text("candidate"));
        var version = round.Text("version") ?? (round.Number("version") is var number and > 0 ? $"v{number}" : null);
        var counts = version is null ? default : (await api.GetAsync($"{path}/datasets/{version}", cancellationToken)).Member("counts");
        var generations = await api.ListAsync($"{path}/generations", cancellationToken);
        var generation = generations.FirstOrDefault(g => g.NumberInId() == done.Number);
        var plain = new RoundReport
        {
            Round = done.Number,
            PolicyId = candidate,
            DatasetVersion = version,
            Judgments = generation.ValueKind is JsonValueKind.Undefined ? 0 : generation.Number("pairs"),
            Pairs = counts.Number("dpo_train"),
            Seconds = Seconds(generation, round),
            State = LoopRun.State(round),
            Promoted = LoopRun.State(round) == "promoted",
            Reason = round.Text("reason") ?? "",
            Parent = round.Text("parent"),
            Agreement = done.Votes.Decided == 0 ? null : Math.Round((double)done.Votes.Right / done.Votes.Decided, 4),
            GateWinRateVsStart = round.Member("gate").Member("vs_start").Real("rate"),
            GateWinRateVsParent = round.Member("gate").Member("vs_parent").Real("rate"),
        };
        if (candidate is null || !plain.IsFinished())
        {
            return plain;
        }

        var ours = await api.GetLinesAsync($"{path}/rounds/{round.Id()}/evaluation/{candidate}", cancellationToken);
        var theirs = await api.GetLinesAsync($"{path}/rounds/{round.Id()}/evaluation/{done.Start}", cancellationToken);
        if (report.Start is null)
        {
            var start = PolicyScore.Of(done.Start, theirs, options.Taste);
            report.RewardUnit = start.Deviation > 0 ? start.Deviation : 1;
            start = start.In(report.RewardUnit);
            report.Start = new StartReport(done.Start, RunReport.Rounded(start.Mean), RunReport.Rounded(start.Interval), start.Responses);
        }

        var score = PolicyScore.Of(candidate, ours, options.Taste).In(report.RewardUnit);
        var (rate, interval) = PolicyScore.WinRate(ours, theirs, options.Taste);
        return plain with
        {
            MeanReward = RunReport.Rounded(score.Mean),
            MeanRewardCi = RunReport.Rounded(score.Interval),
            WinRateVsStart = RunReport.Rounded(rate),
            WinRateCi = RunReport.Rounded(interval),
            KlToStart = round.Member("measures").EnumerateArray().FirstOrDefault(m => m.Text("policy") == candidate).Real("kl_to_start"),
            Texts = options.Prompts is not null ? null : TextStatistics.Of([.. ours.Select(r => ReviewParser.Join(r.GetProperty("prompt").PromptText(), r.Text("text")!))]),
        };
    }

    private static double Seconds(JsonElement generation, JsonElement round)
        => DateTimeOffset.TryParse(generation.Text("planned") ?? round.Text("planned"), out var from) && DateTimeOffset.TryParse(round.Text("ended"), out var to)
            ? Math.Round((to - from).TotalSeconds, 1)
            : 0;
}
