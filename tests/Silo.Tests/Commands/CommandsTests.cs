using System.Text;
using Orleans.Dpo.Silo.Commands;
using Orleans.Dpo.Silo.Tests.Api;
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

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var key = _folder.File("key");
        await File.WriteAllTextAsync(key, host.Admin.DefaultRequestHeaders.Authorization!.Parameter);
        var (output, error) = (Console.Out, Console.Error);
        using StringWriter printed = new(new StringBuilder()), complained = new(new StringBuilder());
        Console.SetOut(printed);
        Console.SetError(complained);
        try
        {
            var code = await CommandLine.RunAsync([.. arguments, "--server", host.Url.ToString(), "--key-file", key]);
            return (code, printed.ToString(), complained.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }
}
