using System.Globalization;
using System.Text.Json;

namespace Orleans.Dpo.Samples.FilmReviews.Client;

/// <summary>
/// Drives the loop from outside: pairs are generated, judged by simulated annotators, and made into a round, as often as asked.
/// It looks at what the project holds and does what is missing, so an interrupted run goes on when it is started again.
/// </summary>
internal sealed class LoopRun(ApiClient api, RunOptions options, IEvaluation evaluation, TimeProvider time, ProgressLines progress)
{
    private static readonly string[] s_ended = ["promoted", "rejected", "expired", "failed", "cancelled"];
    private static readonly TimeSpan s_metricsPause = TimeSpan.FromSeconds(4);

    private readonly ProjectSetup _setup = new(api, options);
    private List<AnnotatorSession>? _panel;

    private string Path => $"/api/v1/projects/{options.Project}";

    /// <exception cref="ApiException">The server refused something, or a generation failed.</exception>
    public async Task<RunReport> RunAsync(CancellationToken cancellationToken)
    {
        await _setup.EnsureProjectAsync(cancellationToken);
        var prompts = await _setup.EnsurePromptsAsync(cancellationToken);
        var start = await _setup.EnsurePolicyAsync(cancellationToken);
        await progress.SayAsync($"project {options.Project}: {prompts} prompts added, start policy {start}");
        evaluation.Prepare(start);

        var report = new RunReport
        {
            Project = options.Project, Seed = options.Seed, Annotators = options.Annotators, Flip = options.Flip, Reward = options.Taste.Description,
        };
        for (var number = 1; number <= options.Rounds; number++)
        {
            var round = await RunRoundAsync(number, cancellationToken);
            report.Rounds.Add(round);
            await progress.SayAsync($"round {number}: {round.State}. {round.Reason}");
            if (!round.IsFinished())
            {
                break;   // the next round would only wait or fail, too
            }

            evaluation.Prepare(round.PolicyId!);
        }

        await progress.SayAsync("measuring the reward on held-out prompts");
        for (var i = 0; i < report.Rounds.Count; i++)
        {
            report.Rounds[i] = await RoundScoring.ScoreAsync(evaluation, options.Taste, start, report.Rounds[i], report, cancellationToken);
        }

        report.Seconds = Math.Round(progress.Seconds, 1);
        return report;
    }

    private async Task<RoundReport> RunRoundAsync(int number, CancellationToken cancellationToken)
    {
        var round = await FindAsync("rounds", number, cancellationToken);
        var votes = default(Tally);
        if (round.ValueKind is JsonValueKind.Undefined)
        {
            var generation = await GenerateAsync(number, cancellationToken);
            votes = await JudgeAsync(number, generation, cancellationToken);
            round = await api.PostAsync($"{Path}/rounds", new { }, $"{options.Project}-round-{number}", cancellationToken);
        }

        return await RoundScoring.ReadAsync(api, options, (number, await FollowAsync(number, round, cancellationToken), votes), cancellationToken);
    }

    private async Task<JsonElement> GenerateAsync(int number, CancellationToken cancellationToken)
    {
        var generation = await FindAsync("generations", number, cancellationToken);
        if (generation.ValueKind is JsonValueKind.Undefined)
        {
            generation = await api.PostAsync($"{Path}/generations", new { Pairs = options.Judgments }, $"{options.Project}-generation-{number}", cancellationToken);
        }

        await progress.SayAsync($"round {number}: the active policy writes {options.Judgments} pairs");
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

    // One annotator after the other, so that a seed gives the same verdicts in the same order on every machine. All pairs are judged: which were left out would be chance.
    private async Task<Tally> JudgeAsync(int number, JsonElement generation, CancellationToken cancellationToken)
    {
        var panel = await PanelAsync(cancellationToken);
        await progress.SayAsync($"round {number}: {panel.Count} annotators judge {generation.Number("pairs")} pairs");
        var total = default(Tally);
        for (var idle = 0; idle < panel.Count;)
        {
            foreach (var session in panel)
            {
                var turn = await session.TurnAsync(4, options.Flip, cancellationToken);
                idle = turn.Judged > 0 ? 0 : idle + 1;
                total += turn;
            }
        }

        return total;
    }

    private async Task<JsonElement> FollowAsync(int number, JsonElement round, CancellationToken cancellationToken)
    {
        var (told, step, looked) = ("", 0, time.GetTimestamp());
        while (!s_ended.Contains(State(round)))
        {
            if (State(round) != told)
            {
                told = State(round);
                await progress.SayAsync($"round {number}: {Words(told)}");
            }

            var judged = told == "awaitingjudgments" ? await JudgeOldAgainstNewAsync(cancellationToken) : 0;
            if (judged == 0)
            {
                await Task.Delay(options.Poll, time, cancellationToken);
            }

            if (told == "training" && time.GetElapsedTime(looked) > s_metricsPause)
            {
                (step, looked) = (await SayMetricsAsync(number, round, step, cancellationToken), time.GetTimestamp());
            }

            round = await api.GetAsync($"{Path}/rounds/{round.Id()}", cancellationToken);
        }

        return round;
    }

    private async Task<int> JudgeOldAgainstNewAsync(CancellationToken cancellationToken)
    {
        var judged = 0;
        foreach (var session in await PanelAsync(cancellationToken))
        {
            judged += (await session.TurnAsync(4, flip: 0, cancellationToken)).Judged;
        }

        return judged;
    }

    private async Task<int> SayMetricsAsync(int number, JsonElement round, int after, CancellationToken cancellationToken)
    {
        var metrics = await api.GetLinesAsync($"{Path}/rounds/{round.Id()}/metrics?after={after}", cancellationToken);
        if (metrics is not [.., var last])
        {
            return after;
        }

        await progress.SayAsync(string.Create(CultureInfo.InvariantCulture,
            $"round {number}: step {last.Number("step")} of {last.Number("steps")}, loss {last.GetProperty("loss").GetDouble():F3}"));
        return last.Number("step");
    }

    private async Task<List<AnnotatorSession>> PanelAsync(CancellationToken cancellationToken)
        => _panel ??= await _setup.EnsurePanelAsync(time, cancellationToken);

    /// <summary>The project's round or generation of a number, or an undefined value.</summary>
    private async Task<JsonElement> FindAsync(string list, int number, CancellationToken cancellationToken)
        => (await api.ListAsync($"{Path}/{list}", cancellationToken)).FirstOrDefault(item => item.NumberInId() == number);

    private static string Words(string state) => state switch
    {
        "planned" => "planned, its dataset version is cut",
        "queued" => "waits for the worker",
        "training" => "training",
        "evaluating" => "candidate, parent and start policy answer the held-out prompts",
        "awaitingjudgments" => "old against new, judged blind",
        _ => state,
    };

    /// <summary>A state's name without underscores and capitals, however it is spelled on the wire.</summary>
    internal static string State(JsonElement value) => (value.Text("state") ?? "").Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();
}
