using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Orleans.Dpo.Silo.Commands;
using Orleans.Dpo.Silo.Tests.Api;
using Orleans.Dpo.Silo.Tests.Faults;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Silo.Tests.Commands;

/// <summary>The verbs that talk to a server, run as the entry script runs them. The console is one for the process, so they run alone.</summary>
[Collection(SiloCollection.Name)]
public sealed class CommandsTests(SiloHost host) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_pull_fetches_verifies_goes_on_and_fetches_nothing_twice()
    {
        var path = await host.AddJudgedProjectAsync("pull", pairs: 6);
        await host.Admin.PostAsync($"{path}/datasets", Body.Text("{}"));
        var version = await host.VersionAsync(path, "v1");
        var target = _folder.File("version");
        var (code, output, _) = await RunAsync("pull", "pull@v1", target);
        Assert.Equal(0, code);
        Assert.Contains((string)version["identity"]!, output, StringComparison.Ordinal);
        var files = (await Body.ReadAsync(await host.Admin.GetAsync($"{path}/datasets/v1/files"))).AsArray().Select(file => (string)file!["path"]!).Append("manifest.json").Order(StringComparer.Ordinal);
        Assert.Equal(files, Directory.EnumerateFiles(target, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(target, file)).Order(StringComparer.Ordinal));

        Assert.Contains(" 0 fetched", (await RunAsync("pull", "pull@v1", target)).Output, StringComparison.Ordinal);

        // One file cut short as an interrupted pull leaves it, one with the rest of something else, one that was damaged.
        var recipe = await File.ReadAllBytesAsync(Path.Combine(target, "recipe.json"));
        File.Delete(Path.Combine(target, "recipe.json"));
        await File.WriteAllBytesAsync(Path.Combine(target, "recipe.json.part"), recipe[..10]);
        var card = await File.ReadAllBytesAsync(Path.Combine(target, "README.md"));
        File.Delete(Path.Combine(target, "README.md"));
        await File.WriteAllTextAsync(Path.Combine(target, "README.md.part"), "something else");
        await File.AppendAllTextAsync(Path.Combine(target, "quality.json"), " ");
        var quality = (await RunAsync("pull", "pull@v1", target)).Output;
        Assert.Contains(" 3 fetched", quality, StringComparison.Ordinal);
        Assert.Equal(recipe, await File.ReadAllBytesAsync(Path.Combine(target, "recipe.json")));
        Assert.Equal(card, await File.ReadAllBytesAsync(Path.Combine(target, "README.md")));
        Assert.Empty(Directory.EnumerateFiles(target, "*.part", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_pull_goes_on_where_the_network_broke()
    {
        var path = await host.AddJudgedProjectAsync("pull-cut", pairs: 6);
        await host.Admin.PostAsync($"{path}/datasets", Body.Text("{}"));
        await host.VersionAsync(path, "v1");
        await using var network = new TcpProxy(() => host.Url.Port) { BytesOfAConnection = 9_000 };
        var target = _folder.File("cut");
        var (code, output, error) = await RunAsync(network.Url, "pull", "pull-cut@v1", target);
        Assert.True(code is 0, error);
        Assert.Contains("all verified", output, StringComparison.Ordinal);
        Assert.True(new FileInfo(Path.Combine(target, "croissant.json")).Length > 9_000);   // it came in pieces
        Assert.InRange(network.Broken, 2, int.MaxValue);
        Assert.Empty(Directory.EnumerateFiles(target, "*.part", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_killed_pull_is_taken_up_again()
    {
        var path = await host.AddJudgedProjectAsync("pull-kill", pairs: 16);
        await host.Admin.PostAsync($"{path}/datasets", Body.Text("{}"));
        await host.VersionAsync(path, "v1");
        var (target, key) = (_folder.File("killed"), await KeyAsync());
        await using var network = new TcpProxy(() => host.Url.Port) { BytesInAll = 12_000 };
        using (var pull = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Orleans.Dpo.Silo.dll"), "pull", "pull-kill@v1", target, "--server", network.Url.ToString(), "--key-file", key]))!)
        {
            await network.Silent.WaitAsync(TimeSpan.FromSeconds(60));   // half of the bytes are through, and no more come
            pull.Kill(entireProcessTree: true);
            await pull.WaitForExitAsync();
        }

        Assert.False(File.Exists(Path.Combine(target, "manifest.json")));
        var kept = Directory.EnumerateFiles(target, "*", SearchOption.AllDirectories).Count(file => !file.EndsWith(".part", StringComparison.Ordinal));
        Assert.InRange(kept, 1, int.MaxValue);
        var (code, output, _) = await RunAsync("pull", "pull-kill@v1", target);
        var all = Directory.EnumerateFiles(target, "*", SearchOption.AllDirectories).Count() - 1;   // without the manifest
        Assert.Equal(0, code);
        Assert.Contains($" {all - kept} fetched", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_copied_folder_rebuilds_to_the_identity_without_any_cache_and_a_damaged_one_is_named()
    {
        var path = await host.AddJudgedProjectAsync("rebuilt", pairs: 6);
        await host.Admin.PostAsync($"{path}/datasets", Body.Text("{}"));
        var version = await host.VersionAsync(path, "v1");
        await host.Admin.GetAsync($"{path}/datasets/v1/tables/kto?format=parquet");
        var copy = Copy(Path.Combine(host.Data, "data"), _folder.File("copy"), "rebuilt");
        foreach (var round in new[] { "as it is", "without caches" })
        {
            var (code, output, error) = await RunBareAsync("rebuild", "rebuilt@v1", "--data", copy);
            Assert.True(code is 0, $"{round}: {error}");
            Assert.Contains($"{version["identity"]}  rebuilt from the ledger, identical", output, StringComparison.Ordinal);
            Assert.Contains("derived/kto/train-00000-of-00001.parquet", output, StringComparison.Ordinal);
            var datasets = Path.Combine(copy, "projects", "rebuilt", "datasets");
            Directory.Delete(Path.Combine(datasets, "_index"), recursive: true);
            File.Delete(Path.Combine(datasets, "v1", "buckets.json"));
            Directory.CreateDirectory(Path.Combine(datasets, "_index"));
        }

        foreach (var segment in Directory.EnumerateFiles(Path.Combine(copy, "projects", "rebuilt", "ledger", "0"), "*.jsonl"))
        {
            var bytes = await File.ReadAllBytesAsync(segment);
            bytes[bytes.Length / 2] ^= 1;
            await File.WriteAllBytesAsync(segment, bytes);
        }

        var (damaged, _, why) = await RunBareAsync("rebuild", "rebuilt@v1", "--data", copy);
        Assert.Equal(2, damaged);
        Assert.Contains("ledger/0/", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pulled_folder_is_read_by_its_card_and_by_croissant_with_duckdb()
    {
        var created = await host.Admin.PostAsync("/api/v1/projects", Body.Json(new
        {
            id = "card", shards = 2, settings = new { title = "card", overlap = 1, lease_minutes = 30, test_share = 0.4, datasets = new { license = "CC-BY-4.0", citation = "Card et al.", creators = new[] { "Card Lab" } } },
        }));
        created.EnsureSuccessStatusCode();
        var lines = string.Concat(Enumerable.Range(0, 12).Select(i => $$"""{"prompt":"card {{i}}","response_a":"one {{i}}","response_b":"two {{i}}","lang":"en","tags":["t{{i}}"]}""" + "\n"));
        (await host.Admin.PostAsync("/api/v1/projects/card/pairs", Body.Text(lines, "application/x-ndjson"))).EnsureSuccessStatusCode();
        for (var left = 12; left > 0; left -= 4)
        {
            var leases = (await Body.ReadAsync(await host.Admin.PostAsync("/api/v1/projects/card/leases", Body.Json(new { count = 4 }))))["items"]!.AsArray();
            await Body.ReadAsync(await host.Admin.PostAsync("/api/v1/projects/card/judgments", Body.Json(leases.Select(lease => Judgments.Of(lease!, "left")))));
        }

        await host.Admin.PostAsync("/api/v1/projects/card/datasets", Body.Text("{}"));
        var counts = (await host.VersionAsync("/api/v1/projects/card", "v1"))["counts"]!;
        var target = _folder.File("card");
        Assert.Equal(0, (await RunAsync("pull", "card@v1", target)).Code);
        var seen = JsonNode.Parse(await NodeAsync("tests/parquet", "configs.mjs", target))!;
        Assert.Equal(
            $$$"""{"dpo":{"train":{{{counts["dpo_train"]}}},"test":{{{counts["dpo_test"]}}}},"items":{"train":12},"judgments":{"train":12}}""", seen["rows"]!.ToJsonString());
        Assert.All(seen["records"]!.AsObject(), set => Assert.True((bool)set.Value!["same"]!, set.Key));
        Assert.Equal(
            [("dpo", (int)counts["dpo_train"]!), ("dpo_test", (int)counts["dpo_test"]!), ("items", 12), ("judgments", 12)], seen["records"]!.AsObject().Select(set => (set.Key, (int)set.Value!["rows"]!)));
        Assert.Equal(("https://spdx.org/licenses/CC-BY-4.0.html", "Card et al.", "Card Lab"), ((string)seen["license"]!, (string)seen["citeAs"]!, (string)seen["creators"]![0]!));
        Assert.Equal("license: cc-by-4.0", (string?)Assert.Single(seen["head"]!.AsArray()));
    }

    [Fact]
    public async Task A_push_registers_a_checkpoint_once_and_lineage_knows_its_parent()
    {
        var path = await host.AddProjectAsync("push", pairs: 0);
        await host.PublishTinyPolicyAsync(path);
        var checkpoint = Directory.CreateDirectory(_folder.File("checkpoint")).FullName;
        foreach (var (name, content) in TinyPolicy.Files())
        {
            await File.WriteAllBytesAsync(Path.Combine(checkpoint, name), content);
        }

        var (code, output, _) = await RunAsync("push", "push", checkpoint, "--parent", "p1");
        Assert.Equal((0, $"p2  {TinyPolicy.Hash()}"), (code, output.Trim()));
        Assert.StartsWith("p2  ", (await RunAsync("push", "push", checkpoint, "--parent", "p1")).Output, StringComparison.Ordinal);
        var lineage = await Body.ReadAsync(await host.Admin.GetAsync($"{path}/lineage/p2"));
        Assert.Equal("p1", (string?)Assert.Single(lineage["up"]!.AsArray())!["id"]);
    }

    [Fact]
    public async Task An_import_prints_its_counts_and_the_wrong_rows_by_line()
    {
        await host.AddProjectAsync("import-verb", pairs: 0);
        var file = RepositoryFile.Path("tests/golden/imports/arena.jsonl");
        var (code, output, error) = await RunAsync("import", "import-verb", file, "--format", "arena");
        Assert.Equal(0, code);
        Assert.Contains("3 rows read, 2 pairs new, 2 judgments, 1 rows left out", output, StringComparison.Ordinal);
        Assert.StartsWith("arena.jsonl:3 (winner): winner 'nobody'", error, StringComparison.Ordinal);
        (code, _, error) = await RunAsync("import", "import-verb", file, "--format", "arena", "--all-or-nothing");
        Assert.Equal(2, code);
        Assert.Contains("Nothing was stored.", error, StringComparison.Ordinal);
        (code, _, error) = await RunAsync("import", "import-verb", file, "--format", "arena", "--as", "rankings");
        Assert.Equal((2, "--as goes with --format ranking only."), (code, error.Trim()));
        (code, _, _) = await RunAsync("import", "import-verb", RepositoryFile.Path("tests/golden/imports/ranking.jsonl"), "--format", "ranking", "--as", "rankings");
        Assert.Equal(0, code);
        Assert.NotEmpty((await Body.ReadAsync(await host.Admin.GetAsync("/api/v1/projects/import-verb/rankings")))["items"]!.AsArray());
    }

    [Theory]
    [InlineData("pull", "nowhere@v1", "There is no project 'nowhere'")]
    [InlineData("pull", "refusals@v7", "no published version 'v7'")]
    [InlineData("push", "refusals", "config.json")]
    public async Task A_refusal_is_one_sentence_and_exit_code_2(string verb, string argument, string sentence)
    {
        await host.AddProjectAsync("refusals", pairs: 0);
        var (code, _, error) = await RunAsync(verb, argument, Directory.CreateDirectory(_folder.File("empty")).FullName);
        Assert.Equal(2, code);
        Assert.Contains(sentence, error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
    }

    private static string Copy(string from, string to, string project)
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(from, "projects", project), "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return to;
    }

    private static async Task<string> NodeAsync(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("node", arguments) { WorkingDirectory = RepositoryFile.Path(folder), RedirectStandardOutput = true, RedirectStandardError = true };
        if (!Directory.Exists(Path.Combine(start.WorkingDirectory, "node_modules/hyparquet")))
        {
            using var install = Process.Start(new ProcessStartInfo("npm", ["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"]) { WorkingDirectory = start.WorkingDirectory, RedirectStandardOutput = true })!;
            await install.StandardOutput.ReadToEndAsync();
            await install.WaitForExitAsync();
            Assert.Equal(0, install.ExitCode);
        }

        using var node = Process.Start(start)!;
        var errors = node.StandardError.ReadToEndAsync();
        var output = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();
        Assert.True(node.ExitCode is 0, await errors);
        return output;
    }

    private async Task<string> KeyAsync()
    {
        var key = _folder.File("key");
        await File.WriteAllTextAsync(key, host.Admin.DefaultRequestHeaders.Authorization!.Parameter);
        return key;
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) => RunAsync(host.Url, arguments);

    private async Task<(int Code, string Output, string Error)> RunAsync(Uri server, params string[] arguments) => await RunBareAsync([.. arguments, "--server", server.ToString(), "--key-file", await KeyAsync()]);

    private static async Task<(int Code, string Output, string Error)> RunBareAsync(params string[] arguments)
    {
        var (output, error) = (Console.Out, Console.Error);
        using StringWriter printed = new(new StringBuilder()), complained = new(new StringBuilder());
        Console.SetOut(printed);
        Console.SetError(complained);
        try
        {
            return (await CommandLine.RunAsync(arguments), printed.ToString(), complained.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }
}
