using System.Text.Json;

namespace Orleans.Dpo.Samples.FilmReviews.Client;

/// <summary>Drives the loop from outside: pairs are generated, judged by simulated annotators, and made into a round, as often as asked.</summary>
internal sealed class LoopRun(ApiClient api, RunOptions options, TimeProvider time, TextWriter output)
{
    private static readonly string[] s_ended = ["promoted", "rejected", "expired", "failed", "cancelled"];

    private readonly string _run = JudgmentIds.New(time.GetUtcNow());
    private List<AnnotatorSession> _panel = [];

    private string Path => $"/api/v1/projects/{options.Project}";

    /// <exception cref="ApiException">The server refused something, or a generation failed.</exception>
    public async Task<RunReport> RunAsync(CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var setup = new ProjectSetup(api, options, _run);
        await setup.EnsureProjectAsync(cancellationToken);
        var prompts = await setup.EnsurePromptsAsync(cancellationToken);
        var start = await setup.EnsurePolicyAsync(cancellationToken);
        _panel = await setup.EnsurePanelAsync(time, cancellationToken);
        await output.WriteLineAsync($"{options.Project}: {prompts} new prompts, start policy {start}, {_panel.Count} simulated annotators");

        var report = new RunReport { Project = options.Project, Seed = options.Seed, Annotators = _panel.Count, Flip = options.Flip, Start = start };
        for (var number = 1; number <= options.Rounds; number++)
        {
            var round = await RunRoundAsync(number, start, cancellationToken);
            report.Rounds.Add(round);
            await output.WriteLineAsync(Line(round));
        }

        report.Seconds = Seconds(began);
        return report;
    }

    private async Task<RoundReport> RunRoundAsync(int number, string start, CancellationToken cancellationToken)
    {
        var clock = time.GetTimestamp();
        var generation = await GenerateAsync(number, cancellationToken);
        var generateSeconds = Seconds(clock);

        clock = time.GetTimestamp();
        var votes = await JudgeAsync(options.Judgments, cancellationToken);
        var judgeSeconds = Seconds(clock);

        clock = time.GetTimestamp();
        var (round, headToHead) = await TrainAsync(number, cancellationToken);
        var candidate = round.Text("candidate");
        var ours = await EvaluationAsync(round, candidate, cancellationToken);
        var theirs = await EvaluationAsync(round, start, cancellationToken);
        return new RoundReport
        {
            Round = round.Id(),
            Generation = generation.Id(),
            Pairs = generation.Number("pairs"),
            Votes = votes,
            HeadToHead = headToHead,
            State = State(round),
            Reason = round.Text("reason") ?? "",
            Candidate = candidate,
            Reward = ours is { Count: > 0 } ? SampleScore.Of(candidate!, ours) : null,
            StartReward = theirs is { Count: > 0 } ? SampleScore.Of(start, theirs) : null,
            TrueWinRate = ours is { Count: > 0 } && theirs is { Count: > 0 } ? SampleScore.WinRate(ours, theirs) : null,
            GenerateSeconds = generateSeconds,
            JudgeSeconds = judgeSeconds,
            RoundSeconds = Seconds(clock),
            Server = round,
        };
    }

    private async Task<JsonElement> GenerateAsync(int number, CancellationToken cancellationToken)
    {
        var wish = new { Pairs = DemoSettings.PairsFor(options.Judgments) };
        var generation = await api.PostAsync($"{Path}/generations", wish, $"{_run}-generation-{number}", cancellationToken);
        while (State(generation) != "done")
        {
            if (State(generation) == "failed")
            {
                throw new ApiException(null, "generation-failed", $"Generation {generation.Id()} failed: {generation.Text("reason")}");
            }

            await Task.Delay(options.Poll, time, cancellationToken);
            generation = await api.GetAsync($"{Path}/generations/{generation.Id()}", cancellationToken);
        }

        return generation;
    }

    // One annotator after the other, so that a seed gives the same verdicts in the same order on every machine.
    private async Task<Tally> JudgeAsync(int wanted, CancellationToken cancellationToken)
    {
        var total = default(Tally);
        for (var idle = 0; total.Counted < wanted && idle < _panel.Count;)
        {
            foreach (var session in _panel)
            {
                var turn = total.Counted < wanted ? await session.TurnAsync(wanted - total.Counted, cancellationToken) : default;
                idle = turn.Judged > 0 ? 0 : idle + 1;
                total += turn;
            }
        }

        return total;
    }

    private async Task<(JsonElement Round, Tally HeadToHead)> TrainAsync(int number, CancellationToken cancellationToken)
    {
        var headToHead = default(Tally);
        var round = await api.PostAsync($"{Path}/rounds", new { }, $"{_run}-round-{number}", cancellationToken);
        while (!s_ended.Contains(State(round)))
        {
            var judged = default(Tally);
            if (State(round) == "awaitingjudgments")
            {
                foreach (var session in _panel)
                {
                    judged += await session.TurnAsync(4, cancellationToken);
                }

                headToHead += judged;
            }

            if (judged.Judged == 0)
            {
                await Task.Delay(options.Poll, time, cancellationToken);
            }

            round = await api.GetAsync($"{Path}/rounds/{round.Id()}", cancellationToken);
        }

        return (round, headToHead);
    }

    private async Task<List<JsonElement>?> EvaluationAsync(JsonElement round, string? policy, CancellationToken cancellationToken)
    {
        if (policy is null || State(round) is "failed" or "cancelled")
        {
            return null;
        }

        return await api.GetLinesAsync($"{Path}/rounds/{round.Id()}/evaluation/{policy}", cancellationToken);
    }

    private static string Line(RoundReport round)
    {
        var agreement = round.Votes.Decided == 0 ? 0 : 100 * round.Votes.Right / round.Votes.Decided;
        var reward = round.Reward is { } ours && round.StartReward is { } start
            ? FormattableString.Invariant($"; reward {ours.Reward:F2} ± {ours.HalfWidth:F2} (start {start.Reward:F2}), wins {round.TrueWinRate:P0} against the start")
            : "";
        return $"{round.Round}: {round.Votes.Counted} votes ({agreement} % agree with the hidden reward), {round.State}: {round.Reason}{reward}";
    }

    /// <summary>A state's name without underscores and capitals, however it is spelled on the wire.</summary>
    private static string State(JsonElement value) => (value.Text("state") ?? "").Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();

    private double Seconds(long since) => Math.Round(time.GetElapsedTime(since).TotalSeconds, 2);
}
