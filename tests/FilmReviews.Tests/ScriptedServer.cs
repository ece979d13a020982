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
    private readonly ReviewGenerator _policy = new(5);
    private int _headToHeadLeft;
    private int _rounds;

    public JsonNode? Project { get; private set; }

    public int Prompts { get; private set; }

    /// <summary>Stored judgments by id, in order.</summary>
    public Dictionary<string, JsonNode> Judgments { get; } = [];

    public List<string> Files { get; } = [];

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
            ("POST", "/api/v1/keys") => Json(new { id = "k", key = "secret-" + JsonNode.Parse(body)!["person"] }),
            ("POST", "P/generations") => Generate((int)JsonNode.Parse(body)!["pairs"]!),
            ("POST", "P/leases") => Lease((int)JsonNode.Parse(body)!["count"]!),
            ("POST", "P/judgments") => Judge(JsonNode.Parse(body)!.AsArray()),
            ("POST", "P/rounds") => StartRound(),
            ("GET", var round) when round == $"P/rounds/r{_rounds}" => Round(),
            ("GET", var lines) when lines.StartsWith($"P/rounds/r{_rounds}/evaluation/", StringComparison.Ordinal) => Evaluation(),
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
        return Json(new { id = "g1", state = "done", pairs });
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
        return Round();
    }

    private HttpResponseMessage Round() => Json(new
    {
        id = $"r{_rounds}", candidate = $"p{_rounds + 1}", state = _headToHeadLeft > 0 ? "awaiting_judgments" : "promoted", reason = "better than its parent",
    });

    private HttpResponseMessage Evaluation()
    {
        var lines = Enumerable.Range(0, 20).Select(i => (i, review: _policy.Next())).Select(r => JsonSerializer.Serialize(new
        {
            prompt_id = $"pr_{r.i / 2}", prompt = new { text = r.review.Prompt }, sample = r.i % 2, text = r.review.Text[r.review.Prompt.Length..],
        }));
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(string.Join('\n', lines)) };
    }
}
