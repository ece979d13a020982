using System.Text.RegularExpressions;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Silo.Imports;
using Orleans.Dpo.Silo.Tests.Api;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Silo.Tests.Loop;

/// <summary>The table of docs/formats/storage.md knows every blob that a turn of the loop and the HTTP API write, and each row has a page that speaks of it.</summary>
[Collection(SiloCollection.Name)]
public sealed partial class StorageTreeTests(SiloHost host)
{
    [Fact]
    public async Task Every_blob_has_a_row_and_every_row_a_page_that_describes_it()
    {
        var rows = File.ReadLines(RepositoryFile.Path("docs/formats/storage.md")).Select(line => Row().Match(line)).Where(row => row.Success).Select(row => (Name: row.Groups[1].Value, Page: row.Groups[2].Value)).ToList();
        Assert.True(rows.Count > 20);
        foreach (var (name, page) in rows)
        {
            var text = await File.ReadAllTextAsync(RepositoryFile.Path($"docs/formats/{page}"));
            var parts = name.Split('/');
            var place = parts[0] == "projects" ? $"{parts[2]}/" : parts[1].StartsWith('<') ? $"{parts[0]}/" : $"{parts[0]}/{parts[1]}/";
            Assert.True(text.Contains(place, StringComparison.Ordinal), $"{page} does not speak of {name}");
        }

        var known = rows.Select(row => new Regex("^" + Part().Replace(Regex.Escape(row.Name), "[^/]+").Replace("…", ".+", StringComparison.Ordinal) + "$")).ToList();
        var seen = new HashSet<int>();
        foreach (var blob in await BlobsAsync())
        {
            var row = known.FindIndex(pattern => pattern.IsMatch(blob));
            Assert.True(row >= 0, $"storage.md has no row for {blob}");
            seen.Add(row);
        }

        Assert.True(seen.Count >= 18, $"only {seen.Count} of {rows.Count} rows were met: {string.Join(", ", Enumerable.Range(0, rows.Count).Except(seen).Select(row => rows[row].Name))}");
    }

    [Fact]
    public void A_line_of_gold_is_what_the_page_says()
    {
        var line = new GoldRow(new($"pa_{1:x32}"), Choice.Tie).ToLine();
        Assert.Equal("""{"pair":"pa_00000000000000000000000000000001","answer":"tie"}""" + "\n", System.Text.Encoding.UTF8.GetString(line));
        Assert.Contains(ContentHash.Hex(line)[..8], File.ReadAllText(RepositoryFile.Path("docs/formats/prompts.md")), StringComparison.Ordinal);
    }

    private async Task<List<string>> BlobsAsync()
    {
        // What the HTTP side writes: people, keys, gold, wrong rows, a retraction, a guideline, an answer kept for its key.
        var path = await host.AddJudgedProjectAsync("tree", pairs: 4);
        await Body.ReadAsync(await host.Admin.PostAsync($"{path}/gold", Body.Text("""[{"prompt":"g","response_a":"right","response_b":"wrong","right":"a"}]""")));
        await Body.ReadAsync(await host.Admin.PostAsync($"{path}/prompts", Body.Text("{\"prompt\":\"p\"}\n{}", "application/x-ndjson")));
        var judgment = (await Body.ReadAsync(await host.Admin.GetAsync($"{path}/judgments")))["items"]![0]!;
        await Body.ReadAsync(await host.Admin.PostAsync($"{path}/retractions", Body.Json(new { reason = "tree", judgment = (string)judgment["id"]!, pair = (string)judgment["pair"]! })));
        using var keyed = new HttpRequestMessage(HttpMethod.Post, $"{path}/pairs") { Content = Body.Text("[]"), Headers = { { "Idempotency-Key", "tree" } } };
        await Body.ReadAsync(await host.Admin.SendAsync(keyed));
        var blobs = Directory.EnumerateFiles(Path.Combine(host.Data, "data"), "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Path.Combine(host.Data, "data"), file).Replace('\\', '/'))
            .Where(name => name.StartsWith("projects/", StringComparison.Ordinal) || name.StartsWith("people", StringComparison.Ordinal) || name.StartsWith("_system/", StringComparison.Ordinal)).ToList();
        Assert.Contains(blobs, blob => blob.EndsWith("errors.jsonl", StringComparison.Ordinal));

        await using var world = await LoopWorld.StartAsync(new()
        {
            Title = "Films",
            Generation = new() { Pairs = 12, LowWater = 0 },
            Rounds = new() { JudgmentsTrigger = 12, Gate = new() { Profile = Grains.Rounds.GateProfile.Trial, Prompts = 10 } },
        });
        await world.AddPolicyAsync("start");
        await world.SettleAsync();
        await world.JudgeAsync(annotator: 1);
        await world.SettleAsync();
        await foreach (var blob in world.Store.ListAsync("", default))
        {
            blobs.Add(blob.Name);
        }

        return blobs;
    }

    [GeneratedRegex(@"^\| `([^`]+)` \| .* \| \[\w+\]\((\w+\.md)\) \|$")]
    private static partial Regex Row();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Part();
}
