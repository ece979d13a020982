using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Orleans.Dpo.Silo.Tests.Api;

/// <summary>Every option of a recipe by HTTP: pairs that three people judged in a known way, and the rows that each recipe must give.</summary>
[Collection(SiloCollection.Name)]
public sealed class DatasetRecipesApiTests(SiloHost host)
{
    private const string Id = "recipes";

    // Of each pair what ada, bo and cy say: f and s: the first or the second answer is better, with a strength; t: a tie; x: both bad. Pairs 6 and 7 are one prompt with 0 and have the same texts.
    private static readonly string[] s_votes = ["f3 f3 f3", "f1 f1 s1", "f1 t t", "s1 x x", "f1 s1 t", "s2 s2 f2", "f1 f1 f1", "f1 s1 f1"];
    private static readonly string[] s_labels =
    [
        ""","lang":"de","tags":["math"]""", ""","lang":"de-AT","tags":["code","math"]""", ""","lang":"en","tags":["code"]""", ""","tags":["toxic"]""", "", ""","lang":"en" """, ""","lang":"de","tags":["math"]""",
        ""","lang":"de","tags":["math"]""",
    ];

    [Fact]
    public async Task Every_option_gives_the_rows_that_it_promises()
    {
        var path = await CreateAsync();
        var people = new[] { await host.AddAsync("recipes-ada", "annotator"), await host.AddAsync("recipes-bo", "annotator"), await host.AddAsync("recipes-cy", "annotator") };
        await VoteAsync(path, people[0], 0);
        await VoteAsync(path, people[1], 1);
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        var noon = host.Clock.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await VoteAsync(path, people[2], 2);
        var (ada, cy) = (await NameAsync(people[0]), await NameAsync(people[2]));

        (string Recipe, string Rows)[] recipes =
        [
            ("", "0 1 5 6 7"),
            (""" "ties":"ignore" """, "0 1 2 5 6 7"),
            (""" "both_bad":"ignore" """, "0 1 3 5 6 7"),
            (""" "labels":"soft" """, "0 1 2 5 6 7"),
            (""" "labels":"soft","ties":"half" """, "0 1 2 4 5 6 7"),
            (""" "threshold":0.9 """, "0 6"),
            (""" "min_agreement":0.9 """, "0 6"),
            (""" "min_strength":2.5 """, "0"),
            (""" "min_votes":3,"ties":"ignore" """, "0 1 5 6 7"),
            (""" "languages":["de"] """, "0 1 6 7"),
            (""" "languages":["und"],"labels":"soft","ties":"half" """, "4"),
            (""" "tags_any":["code"] """, "1"),
            (""" "tags_all":["code","math"] """, "1"),
            (""" "tags_none":["math"] """, "5"),
            (""" "sources_any":["gamma"] """, "5"),
            (""" "exclude_sources":["gamma"] """, "0 1 6 7"),
            (""" "origins":["i1"],"exclude_origins":["i9"] """, "0 1 5 6 7"),
            ($""" "exclude_annotators":["{cy}"] """, "0 1 5 6"),
            ($""" "annotators":["{ada}"] """, "0 1 2 3 4 5 6 7"),
            ($""" "annotator_kinds":["person"],"votes_before":"{noon}" """, "0 1 5 6"),
            ($""" "votes_from":"{noon}" """, "0 1 5 6 7"),
            (""" "aggregation":"posterior/1","threshold":0.55 """, "?"),
            (""" "min_posterior":0.55 """, "?"),
            (""" "weights":"strength" """, "0 1 5 6 7"),
            (""" "weights":"confidence" """, "0 1 5 6 7"),
            (""" "dedup":true """, "?"),
            (""" "per_prompt":1 """, "?"),
        ];
        foreach (var (recipe, _) in recipes)
        {
            Assert.Equal(HttpStatusCode.Accepted, (await host.Admin.PostAsync($"{path}/datasets", Body.Text($$$"""{"recipe":{{{{recipe}}}}}"""))).StatusCode);
        }

        var made = new Dictionary<string, Dictionary<int, JsonNode>>();
        for (var i = 0; i < recipes.Length; i++)
        {
            var rows = made[recipes[i].Recipe.Trim()] = await RowsAsync(path, $"v{i + 1}");
            Assert.True(recipes[i].Rows is "?" || recipes[i].Rows == string.Join(' ', rows.Keys.Order()), $"{recipes[i].Recipe}: {string.Join(' ', rows.Keys.Order())}");
        }

        Assert.Equal([1.5, 0.5, 1.0], new[] { 0, 1, 5 }.Select(pair => (double)made[""" "weights":"strength" """.Trim()][pair]["weight"]!));
        Assert.Equal([1.0, 0.333333], new[] { 0, 1 }.Select(pair => (double)made[""" "weights":"confidence" """.Trim()][pair]["weight"]!));
        Assert.Equal(0.5, (double)made[""" "labels":"soft","ties":"half" """.Trim()][4]["p_chosen"]!);
        Assert.Equal(["de", "math"], new[] { (string)made[""][0]["lang"]!, (string)made[""][0]["tags"]![0]! });
        Assert.All(made[$""" "votes_from":"{noon}" """.Trim()].Values, row => Assert.Equal(1, (int)row["n_judgments"]!));
        Assert.NotEqual((string)made[""][1]["chosen_id"]!, (string)made[$""" "votes_from":"{noon}" """.Trim()][1]["chosen_id"]!);
        Assert.Equal([0, 1, 5], made[""" "dedup":true """.Trim()].Keys.Where(pair => pair < 6).Order());
        Assert.Equal(
            new[] { 6, 7 }.MinBy(pair => (string)made[""][pair]["pair_id"]!, StringComparer.Ordinal), made[""" "dedup":true """.Trim()].Keys.Single(pair => pair >= 6));
        Assert.Single(made[""" "per_prompt":1 """.Trim()].Keys, pair => pair is 0 or 6 or 7);
        Assert.Equal(3, made[""" "per_prompt":1 """.Trim()].Count);
        Assert.All(made[""" "aggregation":"posterior/1","threshold":0.55 """.Trim()].Values, row => Assert.InRange((double)row["p_chosen"]!, 0.55, 0.999));
        Assert.Subset(made[""].Keys.ToHashSet(), made[""" "min_posterior":0.55 """.Trim()].Keys.ToHashSet());

        await AsOfAsync(path, noon);
        await RetractAsync(path, made[""][1]);
    }

    [Fact]
    public async Task Rows_of_an_older_version_are_replayed_beside_the_new_ones()
    {
        var path = await host.AddJudgedProjectAsync("replayed", pairs: 6);
        await host.Admin.PostAsync($"{path}/datasets", Body.Text("{}"));
        await host.VersionAsync(path, "v1");
        var older = (await TableAsync(path, "v1", "items")).Select(row => (string)row["pair_id"]!).ToHashSet();
        var lines = string.Concat(Enumerable.Range(0, 40).Select(i => $$"""{"prompt":"more {{i}}","response_a":"one {{i}}","response_b":"two {{i}}"}""" + "\n"));
        (await host.Admin.PostAsync($"{path}/pairs", new StringContent(lines, Encoding.UTF8, "application/x-ndjson"))).EnsureSuccessStatusCode();
        for (var left = 40; left > 0; left -= 4)
        {
            var leases = (await Body.ReadAsync(await host.Admin.PostAsync($"{path}/leases", Body.Json(new { count = 4 }))))["items"]!.AsArray();
            await Body.ReadAsync(await host.Admin.PostAsync($"{path}/judgments", Body.Json(leases.Select(lease => Judgments.Of(lease!, "left")))));
        }

        await host.Admin.PostAsync($"{path}/datasets", Body.Text("""{"recipe":{"replay":0.1,"since":"v1","replay_of":["v1"],"seed":7}}"""));
        var version = await host.VersionAsync(path, "v2");
        var rows = await TableAsync(path, "v2", "dpo");
        var replayed = rows.Where(row => (bool)row["replayed"]!).Select(row => (string)row["pair_id"]!).ToArray();
        Assert.Equal((rows.Count - replayed.Length) / 10, replayed.Length);
        Assert.NotEmpty(replayed);
        Assert.Equal(replayed.Length, (int)version["counts"]!["replayed"]!);
        Assert.All(replayed, pair => Assert.Contains(pair, older));
        Assert.DoesNotContain(rows.Where(row => !(bool)row["replayed"]!), row => older.Contains((string)row["pair_id"]!));
        Assert.Equal("v1", (string?)version["recipe"]!["replay_of"]![0]!["version"]);
    }

    /// <summary>An instant, and the positions that it means, are two names of one cut.</summary>
    private async Task AsOfAsync(string path, string noon)
    {
        await host.Admin.PostAsync($"{path}/datasets", Body.Text($$"""{"as_of":"{{noon}}"}"""));
        var then = await host.VersionAsync(path, "v28");
        Assert.Equal(16, (int)then["counts"]!["judgments"]!);
        var positions = new JsonObject([.. then["recipe"]!["positions"]!.AsArray().Select(position => KeyValuePair.Create((string)position!["shard"]!, (JsonNode?)(long)position["seq"]!))]);
        await host.Admin.PostAsync($"{path}/datasets", Body.Text(new JsonObject { ["positions"] = positions }.ToJsonString()));
        Assert.Equal((string?)then["identity"], (string?)(await host.VersionAsync(path, "v29"))["identity"]);
    }

    /// <summary>Two retracted votes turn a row round: the difference says so and why, and what was made of them is tainted wherever it is shown.</summary>
    private async Task RetractAsync(string path, JsonNode row)
    {
        var pair = (string)row["pair_id"]!;
        var said = (await TableAsync(path, "v1", "judgments")).Where(judgment => (string?)judgment["pair_id"] == pair).ToArray();
        foreach (var judgment in said.OrderBy(judgment => (string)judgment["received_at"]!, StringComparer.Ordinal).Take(2))
        {
            Assert.Equal(HttpStatusCode.Created, (await host.Admin.PostAsync($"{path}/retractions", Body.Json(new { judgment = (string)judgment["judgment_id"]!, pair, reason = "read the wrong prompt" }))).StatusCode);
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await Body.ReadAsync(await host.Admin.GetAsync($"{path}/datasets/v1", patience.Token)))["tainted"]?.AsArray().Count is not 2)
        {
            await Task.Delay(20, patience.Token);
        }

        await host.Admin.PostAsync($"{path}/datasets", Body.Text("{}"));
        Assert.Null((await host.VersionAsync(path, "v30"))["tainted"]);
        var lines = (await host.Admin.GetStringAsync($"{path}/datasets/diff?from=v1&to=v30")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToArray();
        var flipped = Assert.Single(lines[..^1], line => (string?)line["change"] is "flipped");
        Assert.Equal((pair, "judgment-ended"), ((string)flipped["pair_id"]!, (string)Assert.Single(flipped["why"]!.AsArray())!));
        Assert.Equal(1, (int)lines[^1]["summary"]!["flipped"]!);
        using var card = await host.Admin.GetAsync($"{path}/datasets/v1/files/README.md");
        Assert.Equal("t1, t2", Assert.Single(card.Headers.GetValues("X-Dpo-Tainted")));
        using var clean = await host.Admin.GetAsync($"{path}/datasets/v30/files/manifest.json");
        Assert.False(clean.Headers.Contains("X-Dpo-Tainted"));
        Assert.Contains("tainted:t1", (await Body.ReadAsync(await host.Admin.GetAsync($"/api/datasets/dpo/{Id}/revision/v1")))["tags"]!.AsArray().Select(tag => (string?)tag));
    }

    private async Task<string> CreateAsync()
    {
        var created = await host.Admin.PostAsync("/api/v1/projects", Body.Json(new { id = Id, shards = 2, settings = new { title = Id, overlap = 3, lease_minutes = 30, test_share = 0.0 } }));
        created.EnsureSuccessStatusCode();
        var lines = string.Concat(Enumerable.Range(0, s_votes.Length).Select(i =>
        {
            var (prompt, text, source) = (i is 6 or 7 ? 0 : i, i is 7 ? 6 : i, i is 5 ? "gamma" : i is 7 ? "delta" : "alpha");
            return $$"""{"prompt":"question {{prompt}}","response_a":"first {{text}}","response_b":"second {{text}}","source_a":"{{source}}","source_b":"beta"{{s_labels[i]}}}""" + "\n";
        }));
        (await host.Admin.PostAsync($"/api/v1/projects/{Id}/pairs", new StringContent(lines, Encoding.UTF8, "application/x-ndjson"))).EnsureSuccessStatusCode();
        return $"/api/v1/projects/{Id}";
    }

    private async Task VoteAsync(string path, HttpClient client, int person)
    {
        for (var left = s_votes.Length; left > 0;)
        {
            var leases = (await Body.ReadAsync(await client.PostAsync($"{path}/leases", Body.Json(new { count = 4 }))))["items"]!.AsArray();
            Assert.NotEmpty(leases);
            left -= leases.Count;
            var said = new List<object>();
            foreach (var lease in leases)
            {
                var record = await Body.ReadAsync(await host.Admin.GetAsync($"{path}/pairs/{await host.PairAsync(client, path, lease!)}"));
                var vote = s_votes[NumberOf(record)].Split(' ')[person];
                var isLeft = ((string)lease!["left"]!).StartsWith("first", StringComparison.Ordinal) == vote[0] is 'f';
                said.Add(Judgments.Of(lease, vote[0] switch { 't' => "tie", 'x' => "both_bad", _ => isLeft ? "left" : "right" }, strength: vote.Length > 1 ? vote[1] - '0' : null));
            }

            await Body.ReadAsync(await client.PostAsync($"{path}/judgments", Body.Json(said)));
        }
    }

    // The second of the two pairs with equal texts is told by its source.
    private static int NumberOf(JsonNode pair)
    {
        var number = int.Parse(((string)pair["a"]!["text"]!).Split(' ')[1], CultureInfo.InvariantCulture);
        return number is 6 && new[] { pair["a"], pair["b"] }.Any(answer => (string?)answer!["source"] is "delta") ? 7 : number;
    }

    private static async Task<string> NameAsync(HttpClient client) =>
        "a_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"annotator/1\n{Id}\n{(await SiloHost.IdAsync(client)).Value}")))[..16];

    private async Task<Dictionary<int, JsonNode>> RowsAsync(string path, string version)
    {
        await host.VersionAsync(path, version);
        return (await TableAsync(path, version, "dpo")).ToDictionary(row =>
        {
            var number = int.Parse(((string)row["chosen"]!).Split(' ')[1], CultureInfo.InvariantCulture);
            return number is 6 && new[] { (string?)row["chosen_checkpoint"], (string?)row["rejected_checkpoint"] }.Contains("delta") ? 7 : number;
        });
    }

    private async Task<List<JsonNode>> TableAsync(string path, string version, string table) =>
        [.. (await host.Admin.GetStringAsync($"{path}/datasets/{version}/tables/{table}")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
}
