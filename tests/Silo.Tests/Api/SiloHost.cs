using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Silo.Auth;
using Orleans.Dpo.Silo.Hosting;

namespace Orleans.Dpo.Silo.Tests.Api;

/// <summary>A whole host on real Kestrel, port 0, with files in a temporary folder. Mode silo: no worker takes jobs away from tests.</summary>
public sealed class SiloHost : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orleans-dpo-").FullName;
    private readonly Dictionary<string, HttpClient> _clients = new(StringComparer.Ordinal);
    private WebApplication? _app;

    /// <summary>The host's clock: real time and an offset.</summary>
    internal ShiftedTime Clock { get; } = new();

    internal WebApplication App => _app!;

    internal string Data => _folder;

    internal Uri Url { get; private set; } = null!;

    internal HttpClient Admin => Client("admin");

    public async Task InitializeAsync()
    {
        var keyFile = Path.Combine(_folder, "admin.key");
        var options = SiloOptions.Read(["--mode", "silo", "--data", Path.Combine(_folder, "data"), "--url", "http://127.0.0.1:0", "--bootstrap-key", keyFile]);
        Assert.Null(options.Refusal);
        _app = SiloComposition.Build(options, services => services.AddSingleton<TimeProvider>(Clock));
        await _app.StartDpoAsync(CancellationToken.None);
        Url = new Uri(_app.Url());
        _clients["admin"] = WithKey((await File.ReadAllTextAsync(keyFile)).Trim());
    }

    public async Task DisposeAsync()
    {
        foreach (var client in _clients.Values)
        {
            client.Dispose();
        }

        await _app!.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A client that <see cref="AddAsync"/> made.</summary>
    internal HttpClient Client(string name) => _clients[name];

    /// <summary>A person with roles, and a client with a key of theirs.</summary>
    internal async Task<HttpClient> AddAsync(string name, params string[] roles)
    {
        if (_clients.TryGetValue(name, out var known))
        {
            return known;
        }

        var person = await Body.ReadAsync(await Admin.PostAsync("/api/v1/people", Body.Json(new { name, roles })));
        var key = await Body.ReadAsync(await Admin.PostAsync("/api/v1/keys", Body.Json(new { name, roles, person = (string)person["id"]! })));
        return _clients[name] = WithKey((string)key["key"]!);
    }

    internal HttpClient WithKey(string? key) => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        BaseAddress = Url,
        DefaultRequestHeaders = { Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key) },
    };

    /// <summary>A project with imported pairs; no prompt is held out, so that whichever pair is judged is a row to train on.</summary>
    internal async Task<string> AddProjectAsync(string id, int pairs, int overlap = 1)
    {
        var created = await Admin.PostAsync("/api/v1/projects", Body.Json(new { id, shards = 2, settings = new { title = id, overlap, test_share = 0.0, lease_minutes = 30 } }));
        created.EnsureSuccessStatusCode();
        if (pairs > 0)
        {
            var lines = string.Concat(Enumerable.Range(0, pairs).Select(i =>
                $$"""{"prompt":"{{id}} question {{i}}","response_a":"{{id}} first answer {{i}}","response_b":"{{id}} second answer {{i}}","source_a":"alpha-model","source_b":"beta-model"}""" + "\n"));
            var imported = await Admin.PostAsync($"/api/v1/projects/{id}/pairs", new StringContent(lines, Encoding.UTF8, "application/x-ndjson"));
            imported.EnsureSuccessStatusCode();
        }

        return $"/api/v1/projects/{id}";
    }

    /// <summary>The key that blinds a project's leases.</summary>
    internal async Task<BlindKey> BlindAsync(string path) =>
        await _app!.Services.GetRequiredService<BlindKeys>().OfAsync(new(path.Split('/')[^1]), CancellationToken.None);

    /// <summary>Who a client's key acts for.</summary>
    internal static async Task<AnnotatorId> IdAsync(HttpClient client) => new((string)(await Body.ReadAsync(await client.GetAsync("/api/v1/me")))["id"]!);

    /// <summary>The true id of a leased pair, which the lease itself does not tell.</summary>
    internal async Task<string> PairAsync(HttpClient client, string path, JsonNode lease) =>
        (await BlindAsync(path)).Open(await IdAsync(client), (string)lease["lease"]!, (string)lease["pair"]!)!.Value.Pair.Value;

    /// <summary>A project whose pairs are all judged, left is better.</summary>
    internal async Task<string> AddJudgedProjectAsync(string id, int pairs)
    {
        var path = await AddProjectAsync(id, pairs);
        for (var left = pairs; left > 0;)
        {
            var leases = (await Body.ReadAsync(await Admin.PostAsync($"{path}/leases", Body.Json(new { count = 4 }))))["items"]!.AsArray();
            await Body.ReadAsync(await Admin.PostAsync($"{path}/judgments", Body.Json(leases.Select(lease => Judgments.Of(lease!, "left")))));
            left -= leases.Count;
        }

        return path;
    }

    /// <summary>A version once it is published. The loop's service builds it within its next ticks; the test waits for the answer, not for a time.</summary>
    internal async Task<JsonNode> VersionAsync(string path, string name)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var version = await Body.ReadAsync(await Admin.GetAsync($"{path}/datasets/{name}", patience.Token));
            if ((string?)version["state"] != "building")
            {
                Assert.Equal("published", (string?)version["state"]);
                return version;
            }

            await Task.Delay(20, patience.Token);
        }
    }

    /// <summary>Uploads and publishes the smallest policy as the project's first.</summary>
    internal async Task PublishTinyPolicyAsync(string path)
    {
        await Admin.PostAsync($"{path}/policies", Body.Text("{}"));
        foreach (var (name, content) in TinyPolicy.Files())
        {
            (await Admin.PutAsync($"{path}/policies/p1/files/{name}", new ByteArrayContent(content))).EnsureSuccessStatusCode();
        }

        await Body.ReadAsync(await Admin.PostAsync($"{path}/policies/p1/publish", Body.Text("{}")));
    }
}
