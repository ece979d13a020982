using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Silo.Tests.Api;

[Collection(SiloCollection.Name)]
public sealed class PracticeApiTests(SiloHost host)
{
    private const string Explanation = "The guideline asks for the answer that names its source.";

    [Fact]
    public async Task A_new_annotator_practises_sees_what_is_right_tries_again_and_is_admitted_and_nothing_of_it_is_counted()
    {
        var path = await StartAsync("practise", practice: 4, known: 6);
        var ada = await host.AddAsync("practise-ada", "annotator");
        await Body.IsAsync(await ada.PostAsync($"{path}/leases", Body.Json(new { count = 2 })), HttpStatusCode.OK, """{"items":[],"left":0,"reason":"practice","detail":"*","retry_after_seconds":60}""");
        await Body.IsAsync(await ada.PostAsync($"{path}/practice/begin", Body.Text("{}")), HttpStatusCode.OK,
            """{"attempt":1,"of":4,"done":0,"correct":0,"needed":3,"next":{"number":1,"prompt":{"text":"*"},"left":"*","right":"*","guideline":1}}""");

        var first = await PlayAsync(ada, path, wrong: 2);
        Assert.Equal((1, false), ((int)first["attempt"]!, (bool)first["passed"]!));
        Assert.Equal("practice", (string?)(await Body.ReadAsync(await ada.PostAsync($"{path}/leases", Body.Json(new { count = 1 }))))["reason"]);
        var second = await PlayAsync(ada, path, wrong: 1);
        Assert.Equal((2, 3, true), ((int)second["attempt"]!, (int)second["correct"]!, (bool)second["passed"]!));
        var leases = (await Body.ReadAsync(await ada.PostAsync($"{path}/leases", Body.Json(new { count = 2 }))))["items"]!.AsArray();
        Assert.Equal(2, leases.Count);
        await Body.IsProblemAsync(await ada.PostAsync($"{path}/practice/begin", Body.Text("{}")), HttpStatusCode.Conflict, "wrong-state");
        await Body.ReadAsync(await ada.PostAsync($"{path}/judgments", Body.Json(leases.Select(lease => Judgments.Of(lease!, "left")))));

        // Of eight practice answers and two votes the statistics, the lists and a version know the two votes.
        var quality = await Body.ReadAsync(await host.Admin.GetAsync($"{path}/quality"));
        Assert.Equal((2, 3), ((int)quality["votes"]!, (int)quality["pairs"]!));
        Assert.Equal(2, (await Body.ReadAsync(await host.Admin.GetAsync($"{path}/judgments")))["items"]!.AsArray().Count);
        await Body.ReadAsync(await host.Admin.PostAsync($"{path}/datasets", Body.Text("{}")));
        await host.VersionAsync(path, "v1");
        foreach (var table in new[] { "items", "judgments", "dpo" })
        {
            var text = await host.Admin.GetStringAsync($"{path}/datasets/v1/tables/{table}");
            Assert.InRange(text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length, 0, 3);
            Assert.DoesNotContain("drill", text, StringComparison.Ordinal);
            Assert.DoesNotContain("practice", text, StringComparison.Ordinal);
        }

        var runs = (await Body.ReadAsync(await host.Admin.GetAsync($"{path}/practice/runs")))["items"]!.AsArray();
        Assert.Equal([(2, true), (1, false)], runs.Select(run => ((int)run!["attempt"]!, (bool)run["passed"]!)));
        var events = await EventsAsync("practise");
        Assert.Equal(6, events.Count(happened => happened.Kind == "practice.added"));
        Assert.Equal(8, events.Count(happened => happened.Kind == "practice.answered"));
        Assert.Contains("\"passed\":true", events.Last(happened => happened.Kind == "practice.answered").Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Feedback_names_the_right_side_and_why_and_stays_the_same_when_it_is_asked_again()
    {
        var path = await StartAsync("feedback", practice: 2, known: 2);
        var ada = await host.AddAsync("feedback-ada", "annotator");
        var next = (await Body.ReadAsync(await ada.PostAsync($"{path}/practice/begin", Body.Text("{}"))))["next"]!;
        var wrong = Good(next) == "left" ? "right" : "left";
        for (var i = 0; i < 2; i++)
        {
            await Body.IsAsync(await ada.PostAsync($"{path}/practice/answers", Body.Json(new { number = 1, choice = wrong })), HttpStatusCode.OK,
                $$$"""{"correct":false,"said":"{{{wrong}}}","answer":"{{{Good(next)}}}","explanation":"{{{Explanation}}}","practice":{"attempt":1,"of":2,"done":1,"correct":0,"needed":2,"next":{"number":2,"prompt":{"text":"*"},"left":"*","right":"*","guideline":1} } }""");
        }

        await Body.IsProblemAsync(await ada.PostAsync($"{path}/practice/answers", Body.Json(new { number = 1, choice = Good(next) })), HttpStatusCode.Conflict, "wrong-state");
        await Body.IsProblemAsync(await ada.PostAsync($"{path}/practice/answers", Body.Json(new { number = 2, choice = "skip" })), HttpStatusCode.UnprocessableEntity, "bad-verdict");
        Assert.Equal(1, (int)(await Body.ReadAsync(await ada.PostAsync($"{path}/practice/begin", Body.Text("{}"))))["done"]!);
    }

    [Fact]
    public async Task An_operator_admits_without_practice_and_changes_and_removes_pairs()
    {
        var path = await StartAsync("admits", practice: 2, known: 2);
        var ada = await host.AddAsync("admits-ada", "annotator");
        Assert.Equal("practice", (string?)(await Body.ReadAsync(await ada.PostAsync($"{path}/leases", Body.Json(new { count = 1 }))))["reason"]);
        var id = (await SiloHost.IdAsync(ada)).Value;
        var admitted = await Body.ReadAsync(await host.Admin.PostAsync($"{path}/annotators/{id}/admit", Body.Text("{}")));
        Assert.Equal((id, true, 0), ((string)admitted["annotator"]!, (bool)admitted["passed"]!, (int)admitted["of"]!));
        Assert.NotNull(admitted["by"]);
        Assert.Single((await Body.ReadAsync(await ada.PostAsync($"{path}/leases", Body.Json(new { count = 1 }))))["items"]!.AsArray());

        var pairs = (await Body.ReadAsync(await host.Admin.GetAsync($"{path}/practice")))["items"]!.AsArray();
        Assert.Equal(2, pairs.Count);
        var other = Row("admits", 0, explanation: "Read again.");
        Assert.Equal(2, (int)(await Body.ReadAsync(await host.Admin.PostAsync($"{path}/practice", Body.Json(new[] { other }))))["practice"]!);
        var changed = (await Body.ReadAsync(await host.Admin.GetAsync($"{path}/practice")))["items"]!.AsArray().Single(pair => (string?)pair!["explanation"] == "Read again.")!;
        Assert.Contains(pairs, pair => (string?)pair!["id"] == (string?)changed["id"]);
        Assert.Equal(HttpStatusCode.NoContent, (await host.Admin.DeleteAsync($"{path}/practice/{changed["id"]}")).StatusCode);
        await Body.IsProblemAsync(await host.Admin.DeleteAsync($"{path}/practice/{changed["id"]}"), HttpStatusCode.NotFound, "unknown-pair");
        Assert.Single((await Body.ReadAsync(await host.Admin.GetAsync($"{path}/practice")))["items"]!.AsArray());
    }

    [Fact]
    public async Task Rows_that_cannot_be_practised_on_are_refused_and_a_project_without_pairs_says_so()
    {
        var path = await StartAsync("empty-practice", practice: 3, known: 0);
        var ada = await host.AddAsync("empty-practice-ada", "annotator");
        var problem = await Body.IsProblemAsync(await ada.PostAsync($"{path}/practice/begin", Body.Text("{}")), HttpStatusCode.Conflict, "wrong-state");
        Assert.Contains("no practice pairs yet", (string)problem["detail"]!, StringComparison.Ordinal);
        foreach (var (row, field) in new (object Row, string Field)[]
        {
            (new { prompt = "p", response_a = "a", response_b = "a", right = "a", explanation = "e" }, "response_b"),
            (new { prompt = "p", response_a = "a", response_b = "b", right = "c", explanation = "e" }, "right"),
            (new { prompt = "p", response_a = "a", response_b = "b", right = "a" }, "explanation"),
            (new { prompt = "", response_a = "a", response_b = "b", right = "a", explanation = "e" }, "prompt"),
        })
        {
            var refused = await Body.IsProblemAsync(await host.Admin.PostAsync($"{path}/practice", Body.Json(new[] { row })), HttpStatusCode.BadRequest, "bad-request");
            Assert.Equal((1, field), ((int)refused["line"]!, (string)refused["field"]!));
        }

        var none = await host.AddProjectAsync("no-practice", pairs: 1);
        await Body.IsProblemAsync(await ada.PostAsync($"{none}/practice/begin", Body.Text("{}")), HttpStatusCode.Conflict, "wrong-state");
        Assert.Single((await Body.ReadAsync(await ada.PostAsync($"{none}/leases", Body.Json(new { count = 1 }))))["items"]!.AsArray());
    }

    private static string Good(JsonNode next) => ((string)next["left"]!).Contains("good", StringComparison.Ordinal) ? "left" : "right";

    private static object Row(string project, int i, string explanation = Explanation) =>
        new { prompt = $"{project} drill {i}", response_a = i % 2 == 0 ? $"good {i}" : $"poor {i}", response_b = i % 2 == 0 ? $"poor {i}" : $"good {i}", right = i % 2 == 0 ? "a" : "b", explanation };

    private async Task<string> StartAsync(string id, int practice, int known)
    {
        var settings = new { title = id, overlap = 1, assignment = new { practice, practice_pass = 0.75 } };
        (await host.Admin.PostAsync("/api/v1/projects", Body.Json(new { id, shards = 2, settings }))).EnsureSuccessStatusCode();
        var path = $"/api/v1/projects/{id}";
        var rows = Enumerable.Range(0, 3).Select(i => new { prompt = $"{id} question {i}", response_a = $"{id} first {i}", response_b = $"{id} second {i}", source_a = "x", source_b = "y" });
        (await host.Admin.PostAsync($"{path}/pairs", Body.Json(rows))).EnsureSuccessStatusCode();
        if (known > 0)
        {
            var added = await Body.ReadAsync(await host.Admin.PostAsync($"{path}/practice", Body.Json(Enumerable.Range(0, known).Select(i => Row(id, i)))));
            Assert.Equal(known, (int)added["practice"]!);
        }

        return path;
    }

    private static async Task<JsonNode> PlayAsync(HttpClient client, string path, int wrong)
    {
        var practice = await Body.ReadAsync(await client.PostAsync($"{path}/practice/begin", Body.Text("{}")));
        while (practice["next"] is { } next)
        {
            var good = Good(next);
            var choice = (int)next["number"]! <= wrong ? good == "left" ? "right" : "left" : good;
            var feedback = await Body.ReadAsync(await client.PostAsync($"{path}/practice/answers", Body.Json(new { number = (int)next["number"]!, choice })));
            Assert.Equal((choice == good, good), ((bool)feedback["correct"]!, (string)feedback["answer"]!));
            practice = feedback["practice"]!;
        }

        return practice;
    }

    private async Task<List<ProjectEvent>> EventsAsync(string project)
    {
        var events = new List<ProjectEvent>();
        await foreach (var entry in LedgerReader.ReadAsync(host.App.Services.GetRequiredService<IBlobStore>(), project, "_project", 1, long.MaxValue, default))
        {
            if (entry.Event is ProjectRecorded { Event: var happened })
            {
                events.Add(happened);
            }
        }

        return events;
    }
}
