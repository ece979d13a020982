using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orleans.Dpo.Samples.FilmReviews;

namespace Orleans.Dpo.FilmReviews.Tests;

/// <summary>Answers as docs/formats/api.md says, from memory: generations are done at once, rounds wait for head-to-head votes and then promote.</summary>
internal sealed class ScriptedServer : HttpMessageHandler
{
    private readonly Queue<JsonObject> _open = [];
    private readonly Dictionary<string, JsonObject> _leased = [];
    private readonly List<JsonNode> _people = [];
    private readonly List<JsonNode> _policies = [];
    private readonly List<object> _generations = [];
    private readonly ReviewGenerator _policy = new(5);
    private int _headToHeadLeft;
    private int _rounds;

    public JsonNode? Project { get; private set; }

    public int Prompts { get; private set; }

    /// <summary>Stored judgments by id, in order.</summary>
    public Dictionary<string, JsonNode> Judgments { get; } = [];

    public List<string> Files { get; } = [];

    /// <summary>Ends a run at the start of the next round, as a crash would.</summary>
    public bool RefusesRounds { get; set; }

    /// <summary>Answers given instead of the server's own, each once, when its function says so for a path.</summary>
    public Queue<Func<string, HttpResponseMessage?>> Faults { get; } = [];

    /// <summary>End of the path whose next request is done but its answer lost.</summary>
    public string? LosesAnswerOf { get; set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var path = request.RequestUri!.AbsolutePath;
        Assert.Equal("Bearer", request.Headers.Authorization!.Scheme);
        if (Faults.TryPeek(out var fault) && fault(path) is { } broken)
        {
            Faults.Dequeue();
            return broken;
        }

        var answer = Answer(request.Method.Method, path, body);
        if (LosesAnswerOf is { } end && path.EndsWith(end, StringComparison.Ordinal))
        {
            LosesAnswerOf = null;
            throw new HttpRequestException("The connection was closed.");
        }

        return answer;
    }

    private HttpResponseMessage Answer(string method, string path, string body)
        => (method, path.Replace("/api/v1/projects/film-reviews", "P", StringComparison.Ordinal)) switch
        {
            ("GET", "P") => Project is null ? Problem(HttpStatusCode.NotFound, "unknown-project") : Json(Project),
            ("POST", "/api/v1/projects") => Json(Project = JsonNode.Parse(body)!),
            ("POST", "P/prompts") => Json(new { added = Prompts = body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length, known = 0 }),
            ("GET", "P/policies") => Json(new { items = _policies, next = (string?)null }),
            ("POST", "P/policies") => Json(new { id = "p1" }),
            ("POST", "P/policies/p1/publish") => Publish(),
            ("PUT", var file) when file.StartsWith("P/policies/p1/files/", StringComparison.Ordinal) => Store(file),
            ("GET", "/api/v1/people") => Json(new { items = _people, next = (string?)null }),
            ("POST", "/api/v1/people") => AddPerson(body),
            ("GET", "/api/v1/keys") => Json(new { items = Array.Empty<object>(), next = (string?)null }),
            ("POST", "/api/v1/keys") => Json(new { id = "k", key = "secret-" + JsonNode.Parse(body)!["person"] }),
            ("GET", "P/generations") => Json(new { items = _generations, next = (string?)null }),
            ("POST", "P/generations") => Generate((int)JsonNode.Parse(body)!["pairs"]!),
            ("DELETE", "P/leases") => Json(new { released = 0 }),
            ("GET", "P/rounds") => Json(new { items = Enumerable.Range(1, _rounds).Select(RoundOf), next = (string?)null }),
            ("GET", "P/datasets/v1" or "P/datasets/v2") => Json(new { version = _rounds, name = $"v{_rounds}", counts = new { judgments = 30, dpo_train = 24 } }),
            ("POST", "P/leases") => Lease((int)JsonNode.Parse(body)!["count"]!),
            ("POST", "P/judgments") => Judge(JsonNode.Parse(body)!.AsArray()),
            ("GET", "P/datasets/v1/tables/dpo" or "P/datasets/v2/tables/dpo") => Json(new { prompt = "A comedy", chosen = " works.", rejected = " drags." }),
            ("POST", "P/rounds") => RefusesRounds ? Problem(HttpStatusCode.Conflict, "wrong-state") : StartRound(),
            ("GET", var lines) when lines.StartsWith("P/rounds/r", StringComparison.Ordinal) && lines.Contains("/evaluation/", StringComparison.Ordinal) => Evaluation(),
            ("GET", var round) when round.StartsWith("P/rounds/r", StringComparison.Ordinal) => Json(RoundOf(int.Parse(round.AsSpan("P/rounds/r".Length), System.Globalization.CultureInfo.InvariantCulture))),
            var other => throw new InvalidOperationException($"The server has no {other}."),
        };

    public static HttpResponseMessage Problem(HttpStatusCode status, string code)
        => new(status) { Content = new StringContent(JsonSerializer.Serialize(new { type = "/problems/" + code, code, detail = "as the test wants" }), Encoding.UTF8, "application/problem+json") };

    public static HttpResponseMessage Json(object value) => new(HttpStatusCode.OK) { Content = new StringContent(JsonSerializer.Serialize(value)) };

    private HttpResponseMessage Publish()
    {
        _policies.Add(JsonNode.Parse("""{"id":"p1","is_active":true,"is_start":true}""")!);
        return Json(_policies[0]);
    }

    private HttpResponseMessage Store(string path)
    {
        Files.Add(Path.GetFileName(path));
        return new HttpResponseMessage(HttpStatusCode.NoContent);
    }

    private HttpResponseMessage AddPerson(string body)
    {
        var person = JsonNode.Parse(body)!;
        person["id"] = $"an_{_people.Count}";
        _people.Add(person);
        return Json(person);
    }

    private HttpResponseMessage Generate(int pairs)
    {
        AddPairs(pairs);
        _generations.Add(new { id = $"g{_generations.Count + 1}", state = "done", pairs, planned = "2026-11-21T10:00:00Z" });
        return Json(_generations[^1]);
    }

    private void AddPairs(int pairs)
    {
        for (var i = 0; i < pairs; i++)
        {
            var (one, other) = (_policy.Next(), _policy.Next());
            _open.Enqueue(new JsonObject
            {
                ["lease"] = $"le_{Judgments.Count}_{i}", ["pair"] = $"pa_{_rounds}_{i}", ["prompt"] = new JsonObject { ["text"] = one.Prompt },
                ["left"] = one.Text[one.Prompt.Length..], ["right"] = other.Text[other.Prompt.Length..], ["guideline"] = 1,
            });
        }
    }

    private HttpResponseMessage Lease(int count)
    {
        Assert.InRange(count, 1, 4);
        var items = new JsonArray();
        while (items.Count < count && _open.TryDequeue(out var lease))
        {
            _leased[(string)lease["pair"]!] = lease;
            items.Add(lease.DeepClone());
        }

        return Json(new { items, left = _open.Count, reason = items.Count == 0 ? "no-pairs" : null });
    }

    private HttpResponseMessage Judge(JsonArray judgments)
    {
        var results = new JsonArray();
        foreach (var judgment in judgments.Select(j => j!.DeepClone()))
        {
            var id = (string)judgment["id"]!;
            Assert.Contains((string)judgment["pair"]!, _leased.Keys);
            Assert.Equal((string)judgment["choice"]! is "left" or "right", judgment["strength"] is not null);
            if (Judgments.TryAdd(id, judgment) && _headToHeadLeft > 0)
            {
                _headToHeadLeft--;
            }

            results.Add(new JsonObject { ["id"] = id, ["status"] = "stored", ["counted"] = true });
        }

        return Json(results);
    }

    private HttpResponseMessage StartRound()
    {
        _rounds++;
        _open.Clear();
        AddPairs(_headToHeadLeft = 10);
        return Json(RoundOf(_rounds));
    }

    private object RoundOf(int number) => new
    {
        id = $"r{number}", version = number, parent = $"p{number}", candidate = $"p{number + 1}", ended = "2026-11-21T10:01:30Z", reason = "better than its parent",
        state = number == _rounds && _headToHeadLeft > 0 ? "awaiting_judgments" : "promoted",
        measures = new[] { new { policy = $"p{number + 1}", kl_to_start = .7 } },
        gate = new { vs_parent = new { rate = .6 }, vs_start = new { rate = .65 } },
    };

    private HttpResponseMessage Evaluation()
    {
        var lines = Enumerable.Range(0, 20).Select(i => (i, review: _policy.Next())).Select(r => JsonSerializer.Serialize(new
        {
            prompt_id = $"pr_{r.i / 2}", prompt = new { text = r.review.Prompt }, sample = r.i % 2, text = r.review.Text[r.review.Prompt.Length..],
        }));
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(string.Join('\n', lines)) };
    }
}
