using System.Net;
using Orleans.Dpo.Samples.FilmReviews.Client;

namespace Orleans.Dpo.FilmReviews.Tests;

public sealed class LoopRunTests : IDisposable
{
    private readonly ScriptedServer _server = new();
    private readonly string _model = Directory.CreateTempSubdirectory("model-").FullName;

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_model, recursive: true);
    }

    [Fact]
    public async Task A_run_makes_what_is_missing_judges_what_it_was_asked_and_reports_each_round()
    {
        var report = await RunAsync(new RunOptions { Rounds = 2, Judgments = 30, Annotators = 3 });
        Assert.Equal("film-reviews", (string)_server.Project!["id"]!);
        Assert.Equal("trial", (string)_server.Project["settings"]!["rounds"]!["gate"]!["profile"]!);
        Assert.Equal(.95, (double)_server.Project["settings"]!["generation"]!["top_p"]!);
        Assert.Equal(2400, _server.Prompts);
        Assert.Equal(["config.json", "model.safetensors"], _server.Files.Order());
        Assert.Equal(1, (int)_server.Project["shards"]!);
        Assert.Equal([1, 2], report.Rounds.Select(r => r.Round));
        Assert.All(report.Rounds, r =>
        {
            Assert.Equal((30, 24), (r.Judgments, r.Pairs));
            Assert.True(r.Promoted && r.IsFinished());
            Assert.Equal(1, r.Texts!.Grammatical);
            Assert.InRange(r.WinRateVsStart!.Value, r.WinRateCi![0], r.WinRateCi[1]);
            Assert.InRange(r.MeanReward!.Value, r.MeanRewardCi![0], r.MeanRewardCi[1]);
            Assert.Equal(.7, r.KlToStart);
            Assert.Equal(90, r.Seconds);
        });
        Assert.Equal(80, _server.Judgments.Count);
    }

    [Fact]
    public async Task The_report_has_the_members_that_readers_of_it_know()
    {
        var report = await RunAsync(new RunOptions { Rounds = 1, Judgments = 30, Annotators = 3 });
        var json = System.Text.Json.Nodes.JsonNode.Parse(report.ToJson())!.AsObject();
        Assert.Equal(2, json["start"]!["meanRewardCi"]!.AsArray().Count);
        Assert.Equal("p1", (string)json["start"]!["policyId"]!);
        Assert.NotNull(json["start"]!["meanReward"]);
        var round = json["rounds"]![0]!.AsObject();
        string[] members =
        [
            "round", "policyId", "datasetVersion", "judgments", "pairs", "meanReward", "meanRewardCi", "winRateVsStart", "winRateCi", "klToStart", "seconds", "promoted", "reason",
        ];
        Assert.All(members, member => Assert.NotNull(round[member]));
        Assert.Equal("v1", (string)round["datasetVersion"]!);
        Assert.True((bool)round["promoted"]!);
    }

    [Fact]
    public async Task A_run_that_was_interrupted_goes_on_where_it_was()
    {
        var options = new RunOptions { Rounds = 2, Judgments = 30, Annotators = 3 };
        _server.RefusesRounds = true;
        await Assert.ThrowsAsync<ApiException>(() => RunAsync(options));
        Assert.Equal(30, _server.Judgments.Count);
        _server.RefusesRounds = false;
        var report = await RunAsync(options);
        Assert.Equal(2, report.Rounds.Count);
        Assert.Equal(80, _server.Judgments.Count);
        Assert.Null(report.Rounds[0].Agreement);
        Assert.NotNull(report.Rounds[1].Agreement);
    }

    [Fact]
    public async Task Enough_judgments_ask_for_the_strict_gate()
    {
        await RunAsync(new RunOptions { Rounds = 1, Judgments = 200, Annotators = 8 });
        Assert.Equal("strict", (string)_server.Project!["settings"]!["rounds"]!["gate"]!["profile"]!);
        Assert.Equal(1, (double)_server.Project["settings"]!["rounds"]!["training"]!["beta"]!);
    }

    [Fact]
    public async Task Lost_answers_and_unknown_outcomes_are_sent_again_under_the_same_id()
    {
        _server.Faults.Enqueue(path => path.EndsWith("/judgments", StringComparison.Ordinal) ? ScriptedServer.Problem(HttpStatusCode.ServiceUnavailable, "outcome-unknown") : null);
        _server.Faults.Enqueue(path => path.EndsWith("/judgments", StringComparison.Ordinal) ? UnknownOutcomes() : null);
        _server.LosesAnswerOf = "/judgments";
        var report = await RunAsync(new RunOptions { Rounds = 1, Judgments = 12, Annotators = 2 });
        Assert.Equal(12, report.Rounds[0].Judgments);
        Assert.Equal(22, _server.Judgments.Count);

        static HttpResponseMessage UnknownOutcomes()
            => ScriptedServer.Json(Enumerable.Range(0, 4).Select(i => new { id = $"unknown-{i}", status = "outcome-unknown" }));
    }

    [Fact]
    public async Task A_refused_judgment_ends_the_run_and_names_its_code()
    {
        _server.Faults.Enqueue(path => path.EndsWith("/judgments", StringComparison.Ordinal)
            ? ScriptedServer.Json(new[] { new { id = "x", status = "refused", code = "not-leased" } })
            : null);
        var refusal = await Assert.ThrowsAsync<ApiException>(() => RunAsync(new RunOptions { Rounds = 1, Judgments = 4, Annotators = 1 }));
        Assert.Equal("not-leased", refusal.Code);
    }

    [Fact]
    public async Task Fewer_pairs_than_votes_end_the_judging_instead_of_waiting_for_ever()
    {
        var next = new List<string>();
        for (var leases = 0; leases < 4; leases++)
        {
            // Each annotator gives back what an interrupted run had taken, then asks once and is given nothing.
            _server.Faults.Enqueue(path => path.EndsWith("/leases", StringComparison.Ordinal) ? ScriptedServer.Json(new { items = Array.Empty<object>(), left = 0, reason = "no-pairs" }) : null);
        }

        _server.Faults.Enqueue(path =>
        {
            next.Add(path);
            return null;
        });
        var report = await RunAsync(new RunOptions { Rounds = 1, Judgments = 8, Annotators = 2 });
        Assert.EndsWith("/rounds", next[0], StringComparison.Ordinal);
        Assert.Null(report.Rounds[0].Agreement);   // nobody had voted when the round began
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_verdicts()
    {
        await RunAsync(new RunOptions { Rounds = 1, Judgments = 40, Annotators = 8 });
        using var other = new ScriptedServer();
        await RunAsync(new RunOptions { Rounds = 1, Judgments = 40, Annotators = 8 }, other);
        Assert.Equal(
            _server.Judgments.Values.Select(j => $"{j["pair"]} {j["choice"]} {j["strength"]}"),
            other.Judgments.Values.Select(j => $"{j["pair"]} {j["choice"]} {j["strength"]}"));
    }

    [Fact]
    public async Task Without_a_policy_and_without_a_model_the_run_says_what_to_do()
    {
        using var http = new HttpClient(_server, disposeHandler: false) { BaseAddress = new Uri("http://server") };
        var (api, time) = (new ApiClient(http, "admin", new ImmediateTime()), new ImmediateTime());
        var run = new LoopRun(api, new RunOptions(), new ServerEvaluation(api, new RunOptions()), time, new ProgressLines(TextWriter.Null, time));
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => run.RunAsync(CancellationToken.None));
        Assert.Contains("--model", refusal.Message, StringComparison.Ordinal);
    }

    private async Task<RunReport> RunAsync(RunOptions options, ScriptedServer? server = null)
    {
        await File.WriteAllTextAsync(Path.Combine(_model, "config.json"), "{}");
        await File.WriteAllTextAsync(Path.Combine(_model, "model.safetensors"), "weights");
        using var http = new HttpClient(server ?? _server, disposeHandler: false) { BaseAddress = new Uri("http://server") };
        var time = new ImmediateTime();
        var api = new ApiClient(http, "admin", time);
        var run = new LoopRun(api, options with { Model = _model }, new ServerEvaluation(api, options), time, new ProgressLines(TextWriter.Null, time));
        return await run.RunAsync(CancellationToken.None);
    }
}
