using System.Text.Json.Nodes;
using Orleans.Dpo.Grains.Datasets;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Grains.Tests.Datasets;

/// <summary>The required properties of Croissant 1.1, one by one, and that every reference leads somewhere.</summary>
public sealed class CroissantTests
{
    private static readonly string[] s_required = ["@context", "@type", "dct:conformsTo", "name", "description", "license", "url", "creator", "datePublished", "distribution", "recordSet", "version"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_description_has_what_the_specification_asks_for(bool isChat)
    {
        var (card, build) = await DescribeAsync(isChat);
        Assert.All(s_required, name => Assert.NotNull(card[name]));
        Assert.Equal(("sc:Dataset", "http://mlcommons.org/croissant/1.1"), ((string)card["@type"]!, (string)card["dct:conformsTo"]!));
        var files = card["distribution"]!.AsArray().Where(file => (string)file!["@type"]! is "cr:FileObject").ToDictionary(file => (string)file!["contentUrl"]!, file => file!);
        Assert.Equal(build.Files.Select(file => (file.Path, file.Sha256)), files.Select(file => (file.Key, (string)file.Value["sha256"]!)));
        Assert.All(files.Values, file => Assert.True(file["name"] is not null && file["encodingFormat"] is not null && file["@id"] is not null));
        var sets = card["distribution"]!.AsArray().Where(set => (string)set!["@type"]! is "cr:FileSet").Select(set => (string)set!["@id"]!).ToHashSet();
        var fields = card["recordSet"]!.AsArray().SelectMany(set => set!["field"]!.AsArray()).ToArray();
        var ids = fields.Select(field => (string)field!["@id"]!).ToHashSet();
        Assert.Equal(fields.Length, ids.Count);
        foreach (var field in fields)
        {
            Assert.True(field!["name"] is not null && ((string)field["dataType"]!).StartsWith("sc:", StringComparison.Ordinal));
            Assert.Contains((string)field["source"]!["fileSet"]!["@id"]!, sets);
            Assert.NotNull(field["source"]!["extract"]!["column"]);
            Assert.True(field["references"] is null || ids.Contains((string)field["references"]!["field"]!["@id"]!));
        }

        Assert.All(card["recordSet"]!.AsArray(), set => Assert.Contains((string)set!["key"]!["@id"]!, ids));
        Assert.Equal(["dpo", "items", "judgments"], card["recordSet"]!.AsArray().Select(set => (string)set!["name"]!));   // what has no file has no record set
        Assert.Equal(isChat, fields.Single(field => (string)field!["@id"]! is "dpo/prompt")!["subField"] is not null);
    }

    [Fact]
    public async Task Provenance_names_the_parent_the_cut_and_the_round()
    {
        var (card, _) = await DescribeAsync(isChat: false);
        Assert.EndsWith(new string('b', 64), (string)card["prov:wasDerivedFrom"]!["@id"]!, StringComparison.Ordinal);
        Assert.EndsWith(":cut:v2", (string)card["prov:wasGeneratedBy"]!["@id"]!, StringComparison.Ordinal);
        Assert.EndsWith(":round:r3", (string)card["prov:wasGeneratedBy"]!["prov:wasInformedBy"]!["@id"]!, StringComparison.Ordinal);
        Assert.Equal("http://www.w3.org/ns/prov#", (string)card["@context"]!["prov"]!);
    }

    [Theory]
    [InlineData("", "Not stated", "")]
    [InlineData("CC-BY-4.0", "https://spdx.org/licenses/CC-BY-4.0.html", "license: cc-by-4.0\n")]
    [InlineData("EUPL-1.2", "https://spdx.org/licenses/EUPL-1.2.html", "license: other\nlicense_name: eupl-1.2\nlicense_link: https://spdx.org/licenses/EUPL-1.2.html\n")]
    [InlineData("https://example.org/terms", "https://example.org/terms", "license: other\nlicense_link: https://example.org/terms\n")]
    public async Task Licence_citation_and_creators_are_the_projects(string license, string address, string head)
    {
        var about = new DatasetSettings { License = license, Citation = "@misc{films,\n  title = {Films}}", Creators = ["Film Lab", "Ada"] };
        Assert.Null(DatasetAbout.Check(about));
        var (card, build) = await DescribeAsync(isChat: false, about);
        Assert.StartsWith(address, (string)card["license"]!, StringComparison.Ordinal);
        Assert.Equal(("@misc{films,\n  title = {Films}}", "Ada"), ((string)card["citeAs"]!, (string)card["creator"]![1]!["name"]!));
        var readme = DataCard.Readme("films", s_version, build.Facts, QualityReport.Of(build.Counts), parent: null, build.Files, about);
        Assert.Contains($"pretty_name: films v2\n{head}tags:\n- dpo\n", readme, StringComparison.Ordinal);
        Assert.Contains("## Made by\n\n- Film Lab\n- Ada\n\n## Citation\n\n    @misc{films,\n      title = {Films}}\n", readme, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no such licence", "x")]
    [InlineData("ftp://example.org/terms", "x")]
    [InlineData("MIT", "")]
    [InlineData("MIT", "two\nlines")]
    public void A_licence_or_creator_that_cannot_be_is_refused(string license, string creator) =>
        Assert.StartsWith("datasets.", DatasetAbout.Check(new() { License = license, Creators = [creator] })!.Detail, StringComparison.Ordinal);

    [Fact]
    public async Task The_columns_that_are_described_are_those_of_the_rows()
    {
        var ledger = await AllTablesAsync();
        foreach (var (options, form) in new[] { (new RecipeOptions(), 1), (new RecipeOptions { Weights = "strength" }, 1), (new RecipeOptions(), 2) })
        {
            var recipe = ledger.Recipe with { Options = options, Tables = form };
            var build = (await VersionBuild.RunAsync(ledger.Store, ledger.Store, recipe.Canonical(), null, async (file, content, token) => await ledger.Store.PutIfAbsentAsync(file.Blob, content, token), default)).Value!;
            var manifest = new VersionManifest { Project = JudgedLedger.Project, Version = "v1", Identity = build.Facts.Identity, Created = default, Files = build.Files, Facts = build.Facts };
            foreach (var table in DerivedTable.Names)
            {
                var rows = 0;
                var columns = DerivedTable.Columns(table, isChat: false, recipe.Format >= 2, recipe.Format is 3).Select(column => column.Name).Order(StringComparer.Ordinal).ToArray();
                await foreach (var line in DerivedRows.ReadAsync(ledger.Store, manifest, table, DerivedTable.Splits(table)[0], default))
                {
                    // In tables/1 a judgment has what the routing chose only where it chose; here it did not.
                    string[] absent = table is "judgments" && form is 1 ? ["lease_propensity", "lease_strategy"] : [];
                    Assert.Equal(columns.Except(absent), JsonNode.Parse(line.Span)!.AsObject().Select(member => member.Key).Order(StringComparer.Ordinal));
                    rows++;
                }

                Assert.True(rows > 0, $"{table} of tables/{form} has no row");
            }
        }
    }

    /// <summary>All of it, member by member: the tests above say what the specification asks for; a change of the golden file is one that readers of versions see.</summary>
    [Fact]
    public async Task The_golden_description_never_changes()
    {
        var ledger = await AllTablesAsync();
        var recipe = (ledger.Recipe with { Tables = 2 }).Canonical();
        var build = (await VersionBuild.RunAsync(ledger.Store, new MemoryBlobStore(), recipe, null, (_, _, _) => Task.CompletedTask, default)).Value!;
        var version = s_version with { Recipe = recipe };
        var parent = version with { Version = 1, State = VersionState.Published, Facts = new() { Identity = new('b', 64) } };
        var card = JsonNode.Parse(Croissant.Of("films", version, build.Facts, build.Files, parent, isChat: false, new() { License = "CC-BY-4.0", Citation = "@misc{films}", Creators = ["Film Lab"] }));
        var text = card!.ToJsonString(s_readable) + "\n";
        Assert.Equal(await File.ReadAllTextAsync(RepositoryFile.Path("tests/golden/croissant.json")), text);
    }

    private static readonly System.Text.Json.JsonSerializerOptions s_readable = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A project with something in each table.</summary>
    private static async Task<JudgedLedger> AllTablesAsync()
    {
        var ledger = new JudgedLedger();
        await ledger.AddAsync("i1", [1, 2]);
        await ledger.AddRankingAsync("r1", 2001, 3);
        await ledger.JudgeAsync(1, "a1", annotator: 1, aspects: new AspectRating("clarity", 2));
        await ledger.JudgeAsync(2, "b", annotator: 2, kind: "model");
        await ledger.RankAsync(2001, "2>0=1", annotator: 1);
        return ledger;
    }

    private static readonly VersionView s_version = new() { Version = 2, State = VersionState.Building, Created = DateTimeOffset.UnixEpoch, Recipe = new JudgedLedger().Recipe.Canonical(), Reason = "round", Round = "r3" };

    private static async Task<(JsonObject Card, VersionBuild Build)> DescribeAsync(bool isChat, DatasetSettings? about = null)
    {
        var ledger = new JudgedLedger();
        await ledger.AddAsync("i1", Enumerable.Range(0, 5));
        await ledger.JudgeAsync(1, "a1", annotator: 1);
        var build = (await VersionBuild.RunAsync(ledger.Store, new MemoryBlobStore(), ledger.Recipe.Canonical(), null, (_, _, _) => Task.CompletedTask, default)).Value!;
        var version = s_version with { Recipe = ledger.Recipe.Canonical() };
        var parent = version with { Version = 1, State = VersionState.Published, Facts = new() { Identity = new('b', 64) } };
        Assert.Contains("path: data/dpo/train-*.jsonl", DataCard.Readme("films", version, build.Facts, QualityReport.Of(build.Counts), parent, build.Files), StringComparison.Ordinal);
        return (JsonNode.Parse(Croissant.Of("films", version, build.Facts, build.Files, parent, isChat, about))!.AsObject(), build);
    }
}
