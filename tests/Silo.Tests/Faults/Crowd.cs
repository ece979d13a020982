using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Orleans.Dpo.Silo.Tests.Api;

namespace Orleans.Dpo.Silo.Tests.Faults;

/// <summary>Annotators as programs: each sends until it hears that a judgment is stored, some of them twice at once or in another order, and notes what it was told.</summary>
internal sealed partial class Crowd : IDisposable
{
    private readonly ConcurrentDictionary<string, bool> _acknowledged = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _faults = new();
    private readonly List<HttpClient> _clients = [];
    private readonly CancellationTokenSource _enough = new();
    private string _path = "";
    private long _again;
    private long _copies;

    /// <summary>What each stored judgment was told: counted or not.</summary>
    public IReadOnlyDictionary<string, bool> Acknowledged => _acknowledged;

    public IReadOnlyCollection<string> Faults => _faults;

    /// <summary>Sends that got no answer, or "unknown", and were repeated.</summary>
    public long Again => Interlocked.Read(ref _again);

    /// <summary>Judgments that were sent more than once on purpose: how many times too often.</summary>
    public long Copies => Interlocked.Read(ref _copies);

    /// <summary>Sends each judgment three times or more, in several requests at once, in any order, and old ones again.</summary>
    public bool Storms { get; set; }

    /// <summary>Makes people, a project and its pairs.</summary>
    public async Task PrepareAsync(int port, string adminKey, (int People, int Pairs, int Overlap) size)
    {
        using var admin = Client(port, adminKey);
        var project = await admin.PostAsync("/api/v1/projects", Body.Json(new { id = "p", shards = 4, settings = new { title = "p", overlap = size.Overlap, lease_minutes = 1 } }));
        project.EnsureSuccessStatusCode();
        _path = "/api/v1/projects/p";
        var rows = Enumerable.Range(0, size.Pairs).Select(i => new { prompt = $"q{i}", response_a = $"a{i}", response_b = $"b{i}", source_a = "x", source_b = "y" });
        (await admin.PostAsync($"{_path}/pairs", Body.Json(rows))).EnsureSuccessStatusCode();
        for (var i = 0; i < size.People; i++)
        {
            var person = await Body.ReadAsync(await admin.PostAsync("/api/v1/people", Body.Json(new { name = $"n{i}", kind = "simulated", roles = new[] { "annotator" } })));
            var key = await Body.ReadAsync(await admin.PostAsync("/api/v1/keys", Body.Json(new { name = $"n{i}", roles = new[] { "annotator" }, person = (string)person["id"]! })));
            _clients.Add(Client(port, (string)key["key"]!));
        }
    }

    /// <summary>Sends everyone to the address that they judge at from now on.</summary>
    public void Move(int port)
    {
        for (var i = 0; i < _clients.Count; i++)
        {
            var moved = Client(port, _clients[i].DefaultRequestHeaders.Authorization!.Parameter!);
            _clients[i].Dispose();
            _clients[i] = moved;
        }
    }

    /// <summary>Judges until <see cref="Enough"/>; then each finishes what it has in hand.</summary>
    public Task RunAsync(int pauseMilliseconds = 0) => Task.WhenAll(_clients.Select((client, number) => Task.Run(() => JudgeAsync(client, new Random(number), pauseMilliseconds))));

    public void Enough() => _enough.Cancel();

    /// <summary>Compares what was told with what the files say.</summary>
    public IEnumerable<string> Compare(LedgerFiles files) =>
        _faults.Concat(files.Faults).Concat(_acknowledged.Where(told => !files.Has(told.Key)).Select(told => $"{told.Key} was acknowledged and is gone."))
            .Concat(_acknowledged.Where(told => files.Has(told.Key) && files.IsCounted(told.Key) != told.Value).Select(told => $"{told.Key} was told counted = {told.Value}."));

    public void Dispose()
    {
        _clients.ForEach(client => client.Dispose());
        _enough.Dispose();
    }

    private static HttpClient Client(int port, string key) => new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(2), UseCookies = false })
    {
        BaseAddress = new Uri($"http://127.0.0.1:{port}"),
        Timeout = TimeSpan.FromSeconds(15),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", key) },
    };

    private async Task JudgeAsync(HttpClient client, Random random, int pause)
    {
        while (!_enough.IsCancellationRequested)
        {
            var leases = (await AskAsync(client, $"{_path}/leases", """{"count":4}"""))?["items"]?.AsArray() ?? [];
            if (leases.Count == 0)
            {
                await Task.Delay(100);
                continue;
            }

            // Reordered: nobody promises that the first one shown is the first to arrive.
            var judgments = leases.Select(lease => Judgments.Of(lease!, random.Next(8) switch { 0 => "skip", 1 => "tie", < 5 => "left", _ => "right" })).OrderBy(_ => random.Next()).ToList();
            if (Storms)
            {
                await StormAsync(client, judgments, random);
                continue;
            }

            foreach (var judgment in judgments)
            {
                var body = await Body.Json(new[] { judgment }).ReadAsStringAsync();
                var copies = random.Next(6) == 0 ? 2 : 1;
                Interlocked.Add(ref _copies, copies - 1);
                await Task.WhenAll(Enumerable.Range(0, copies).Select(_ => SendAsync(client, body)));
                if (pause > 0)
                {
                    await Task.Delay(random.Next(2 * pause));
                }
            }

            if (random.Next(5) == 0)
            {
                await ReviseAsync(client, leases[0]!, judgments, random);
            }
        }
    }

    private async Task ReviseAsync(HttpClient client, JsonNode lease, IEnumerable<object> judgments, Random random)
    {
        var old = judgments.Select(judgment => JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(judgment))!).First(judgment => (string?)judgment["lease"] == (string?)lease["lease"]);
        var edit = new { id = Judgments.NewId(), pair = (string?)lease["pair"], lease = (string?)lease["lease"], choice = random.Next(2) == 0 ? "undo" : "tie", supersedes = (string?)old["id"], input = "api" };
        await SendAsync(client, await Body.Json(new[] { edit }).ReadAsStringAsync());
    }

    private async Task SendAsync(HttpClient client, string body)
    {
        while (true)
        {
            if (Hear((await AskAsync(client, $"{_path}/judgments", body))?[0], body))
            {
                return;
            }

            Interlocked.Increment(ref _again);
            await Task.Delay(100);
        }
    }

    /// <summary>Notes what was told; false when it must be sent again.</summary>
    private bool Hear(JsonNode? result, string body)
    {
        switch ((string?)result?["status"])
        {
            case "stored":
                var (id, counted) = ((string)result!["id"]!, (bool)result["counted"]!);
                if (_acknowledged.GetOrAdd(id, counted) != counted)
                {
                    _faults.Enqueue($"{id} was told two things.");
                }

                return true;
            case "refused":
                _faults.Enqueue($"Refused: {result?.ToJsonString()} for {body}");
                return true;
            default:
                return false;
        }
    }

    /// <summary>The answer, or null when there is none to rely on.</summary>
    private static async Task<JsonNode?> AskAsync(HttpClient client, string path, string body)
    {
        try
        {
            using var response = await client.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));
            return response.StatusCode is HttpStatusCode.OK ? JsonNode.Parse(await response.Content.ReadAsStringAsync()) : null;
        }
        catch (Exception gone) when (gone is HttpRequestException or TaskCanceledException or IOException or SocketException)
        {
            return null;
        }
    }
}
