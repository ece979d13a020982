using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Orleans.Dpo.Samples.FilmReviews.Client;

/// <summary>What one round was worth, from what the server kept of it.</summary>
internal static class RoundScoring
{
    /// <summary>What the server kept of a round.</summary>
    public static async Task<RoundReport> ReadAsync(ApiClient api, RunOptions options, (int Number, JsonElement Round, Tally Votes) done, CancellationToken cancellationToken)
    {
        var path = $"/api/v1/projects/{options.Project}";
        var (round, candidate) = (done.Round, done.Round.Text("candidate"));
        var version = round.Text("version") ?? (round.Number("version") is var number and > 0 ? $"v{number}" : null);
        var counts = version is null ? default : (await api.GetAsync($"{path}/datasets/{version}", cancellationToken)).Member("counts");
        var generation = (await api.ListAsync($"{path}/generations", cancellationToken)).FirstOrDefault(g => g.NumberInId() == done.Number);
        return new RoundReport
        {
            Round = done.Number,
            Name = round.Id(),
            PolicyId = candidate,
            DatasetVersion = version,
            Judgments = generation.Number("pairs"),
            Pairs = counts.Number("dpo_train"),
            RowsSha256 = version is null ? null : HashOf(await api.GetLinesAsync($"{path}/datasets/{version}/tables/dpo?split=train", cancellationToken)),
            KlToStart = round.Member("measures").Items().FirstOrDefault(m => m.Text("policy") == candidate).Real("kl_to_start"),
            Seconds = Seconds(generation, round),
            State = LoopRun.State(round),
            Promoted = LoopRun.State(round) == "promoted",
            Reason = round.Text("reason") ?? "",
            Parent = round.Text("parent"),
            Agreement = done.Votes.Decided == 0 ? null : Math.Round((double)done.Votes.Right / done.Votes.Decided, 4),
            GateWinRateVsStart = round.Member("gate").Member("vs_start").Real("rate"),
            GateWinRateVsParent = round.Member("gate").Member("vs_parent").Real("rate"),
        };
    }

    /// <summary>Adds what the reward says of the candidate's answers, and to the report what it says of the start policy's.</summary>
    public static async Task<RoundReport> ScoreAsync(IEvaluation evaluation, Taste taste, string start, RoundReport round, RunReport report, CancellationToken cancellationToken)
    {
        if (round.PolicyId is not { } candidate || !round.IsFinished())
        {
            return round;
        }

        var (ours, theirs) = await evaluation.AnswersAsync(round.Name, candidate, start, cancellationToken);
        if (report.Start is null)
        {
            var before = PolicyScore.Of(start, theirs, taste);
            report.RewardUnit = before.Deviation > 0 ? before.Deviation : 1;
            before = before.In(report.RewardUnit);
            report.Start = new StartReport(start, RunReport.Rounded(before.Mean), RunReport.Rounded(before.Interval), before.Responses);
        }

        var score = PolicyScore.Of(candidate, ours, taste).In(report.RewardUnit);
        var (rate, interval) = PolicyScore.WinRate(ours, theirs, taste);
        return round with
        {
            MeanReward = RunReport.Rounded(score.Mean),
            MeanRewardCi = RunReport.Rounded(score.Interval),
            WinRateVsStart = RunReport.Rounded(rate),
            WinRateCi = RunReport.Rounded(interval),
            Texts = taste == Taste.FilmReviews ? TextStatistics.Of([.. ours.Select(a => ReviewParser.Join(a.Prompt, a.Text))]) : null,
        };
    }

    private static string HashOf(List<JsonElement> rows)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var row in rows)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(JsonLines.Line(new { prompt = row.Member("prompt"), chosen = row.Member("chosen"), rejected = row.Member("rejected") }) + "\n"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static double Seconds(JsonElement generation, JsonElement round)
        => DateTimeOffset.TryParse(generation.Text("planned") ?? round.Text("planned"), out var from) && DateTimeOffset.TryParse(round.Text("ended"), out var to)
            ? Math.Round((to - from).TotalSeconds, 1)
            : 0;
}
