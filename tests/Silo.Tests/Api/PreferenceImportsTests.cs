using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Silo.Tests.Api;

/// <summary>Small files in the published form of each source, written by hand, with planted wrong rows.</summary>
[Collection(SiloCollection.Name)]
public sealed class PreferenceImportsTests(SiloHost host)
{
    // Verdicts as "a-text > b-text" whatever the canonical order is; = a tie, ! both bad; the number is the strength.
    public static TheoryData<string, string, string[], int[]> Formats => new()
    {
        { "trl", "trl.jsonl", ["Seven. > Nine.", "Yes. > No.", "Hello! > Go away."], [4, 5, 6] },
        { "hh-rlhf", "hh-rlhf.jsonl", ["La la. > No."], [2, 3, 4] },
        { "ultrafeedback", "ultrafeedback.jsonl", ["good > bad", "one = two"], [3] },
        { "trl", "trl-implicit.jsonl", [" blue. >  green.", " green. >  red."], [3, 4] },
        { "ultrafeedback", "ultrafeedback-raw.jsonl", ["Rhine, Danube, Elbe. > One river.", "Rhine, Danube, Elbe. > Rhine and Danube.", "One river. = Rhine and Danube."], [2, 3] },
        { "arena", "arena-140k.jsonl", ["Lima. > Cusco.", "Paris. ! Rome."], [3] },
        { "argilla", "argilla-v2.jsonl", ["3.14159… > 3.", "2.718… > 2."], [3] },
        { "helpsteer", "helpsteer.jsonl", ["r1 >2 r2", "r1 >3 r2", "r2 >1 r1", "r1 ! r2", "r1 = r2"], [3] },
        { "helpsteer", "helpsteer3.jsonl", ["b >3 a", "b >2 a", "a2 >1 b2", "a3 >1 b3"], [] },
        { "multipref", "multipref.jsonl", ["Hard to say. >1 The college team.", "Hard to say. = The college team.", "The college team. >2 Hard to say.", "The college team. >1 Hard to say."], [2] },
        { "arena", "arena.jsonl", ["4 > 5", "6 ! 7"], [3] },
        { "argilla", "argilla.jsonl", ["Clouds. > Magic.", "Magic. > Clouds.", "Ice. = Stones.", "Low clouds. > Smoke."], [] },
        { "label-studio", "label-studio.json", ["Red. > Blue.", "Red. > Blue.", "Blue. > Red.", "13. = 3.", "14. = 4.", "15. > 5."], [2] },
        {
            "ranking", "ranking.jsonl",
            ["Mars. > Venus.", "Mars. > Earth.", "Mars. > The Moon.", "Earth. = Venus.", "Venus. > The Moon.", "Earth. > The Moon.", "Mars. > The Moon."], [3, 4, 5]
        },
    };

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Each_format_brings_its_verdicts_and_names_its_wrong_rows(string format, string file, string[] verdicts, int[] wrong)
    {
        var path = await host.AddProjectAsync($"import-{file.Split('.')[0]}", pairs: 0);
        var report = await Body.ReadAsync(await SendAsync(path, format, file));
        Assert.True(wrong.Length == (int)report["wrong"]!, report.ToJsonString());
        Assert.Equal(wrong, report["errors"]!.AsArray().Select(error => (int)error!["line"]!));
        Assert.Equal(verdicts.Length, (int)report["judgments"]!);
        Assert.Equal(verdicts.Length, (int)report["counted"]!);
        Assert.Equal(verdicts.Order(StringComparer.Ordinal), (await VerdictsAsync(path)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_same_file_again_changes_nothing()
    {
        var path = await host.AddProjectAsync("import-again", pairs: 0);
        var first = await Body.ReadAsync(await SendAsync(path, "helpsteer", "helpsteer.jsonl"));
        Assert.Equal(2, (int)first["pairs_added"]!);
        var again = await Body.ReadAsync(await SendAsync(path, "helpsteer", "helpsteer.jsonl"));
        Assert.Equal(0, (int)again["pairs_added"]!);
        Assert.Equal(5, (await VerdictsAsync(path)).Count);
        var progress = await Body.ReadAsync(await host.Admin.GetAsync($"{path}/progress"));
        Assert.Equal(5, (int)progress["counted_votes"]!);
    }

    [Fact]
    public async Task All_or_nothing_stores_nothing_when_a_row_is_wrong()
    {
        var path = await host.AddProjectAsync("import-strict", pairs: 0);
        var refused = await SendAsync(path, "trl", "trl.jsonl", "&all_or_nothing=true");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        var report = JsonNode.Parse(await refused.Content.ReadAsStringAsync())!;
        Assert.False((bool)report["applied"]!);
        Assert.Equal(3, (int)report["wrong"]!);
        Assert.Equal(0, (int)(await Body.ReadAsync(await host.Admin.GetAsync($"{path}/progress")))["pairs"]!);
        using var right = new StringContent("""{"prompt":"p","chosen":"a","rejected":"b"}""" + "\n", Encoding.UTF8, "application/x-ndjson");
        Assert.True((bool)(await Body.ReadAsync(await host.Admin.PostAsync($"{path}/imports?format=trl&all_or_nothing=true", right)))["applied"]!);
    }

    [Fact]
    public async Task Broken_lines_are_rows_of_the_report_and_a_broken_array_says_where_it_ends()
    {
        var path = await host.AddProjectAsync("import-broken", pairs: 0);
        byte[] lines = [.. "{\"prompt\":\"p\",\"chosen\":\"a\",\"rejected\":\"b\"}\n{not json\n\n{\"prompt\":\""u8, 0xFF, .. "\",\"chosen\":\"a\",\"rejected\":\"b\"}\n[1]\n"u8];
        using var broken = new ByteArrayContent(lines) { Headers = { ContentType = new("application/x-ndjson") } };
        var report = await Body.ReadAsync(await host.Admin.PostAsync($"{path}/imports?format=trl", broken));
        Assert.Equal([2, 4, 5], report["errors"]!.AsArray().Select(error => (int)error!["line"]!));
        Assert.Equal(1, (int)report["pairs_added"]!);
        var cut = await Body.ReadAsync(await host.Admin.PostAsync($"{path}/imports?format=trl", Body.Text("""[{"prompt":"p","chosen":"a","rejected":"b"},""")));
        Assert.Equal(2, (int)Assert.Single(cut["errors"]!.AsArray())!["line"]!);
    }

    [Theory]
    [InlineData("format=unknown", "format")]
    [InlineData("format=argilla&fields=prompt", "fields")]
    [InlineData("format=argilla&fields=colour:x", "fields")]
    public async Task Unknown_formats_and_fields_are_refused_by_name(string query, string field)
    {
        var path = await host.AddProjectAsync("import-refused", pairs: 0);
        var problem = await Body.IsProblemAsync(await host.Admin.PostAsync($"{path}/imports?{query}", Body.Text("[]")), HttpStatusCode.BadRequest, "bad-request");
        Assert.Equal(field, (string?)problem["field"]);
    }

    [Fact]
    public async Task A_client_cannot_pretend_that_its_judgment_was_imported()
    {
        var path = await host.AddProjectAsync("import-pretend", pairs: 1);
        var lease = (await Body.ReadAsync(await host.Admin.PostAsync($"{path}/leases", Body.Json(new { count = 1 }))))["items"]![0]!;
        var judgment = JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(Judgments.Of(lease, "left")))!;
        judgment["input"] = "import";
        await Body.IsProblemAsync(await host.Admin.PostAsync($"{path}/judgments", Body.Text($"[{judgment.ToJsonString()}]")), HttpStatusCode.BadRequest, "bad-request");
    }

    private async Task<HttpResponseMessage> SendAsync(string path, string format, string file, string query = "")
    {
        var content = new ByteArrayContent(await File.ReadAllBytesAsync(RepositoryFile.Path($"tests/golden/imports/{file}")))
        {
            Headers = { ContentType = new(file.EndsWith(".json", StringComparison.Ordinal) ? "application/json" : "application/x-ndjson") },
        };
        return await host.Admin.PostAsync($"{path}/imports?format={format}{query}", content);
    }

    // Read from a version's judgments and items, so that what is checked is what a researcher gets.
    private async Task<List<string>> VerdictsAsync(string path)
    {
        var cut = await Body.ReadAsync(await host.Admin.PostAsync($"{path}/datasets", Body.Text("{}")));
        var version = await host.VersionAsync(path, (string)cut["name"]!);
        var items = (await RowsAsync(path, version, "items")).ToDictionary(row => (string)row["pair_id"]!);
        return [.. (await RowsAsync(path, version, "judgments")).Select(row => Words(items[(string)row["pair_id"]!], row))];
    }

    private async Task<IEnumerable<JsonNode>> RowsAsync(string path, JsonNode version, string table) =>
        (await host.Admin.GetStringAsync($"{path}/datasets/v{version["version"]}/tables/{table}")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!);

    private static string Words(JsonNode item, JsonNode judgment)
    {
        var (a, b) = ((string)item["response_a"]!, (string)item["response_b"]!);
        string[] inOrder = [.. new[] { a, b }.Order(StringComparer.Ordinal)];
        var strength = judgment["strength"] is { } signed && (int)signed != 0 ? Math.Abs((int)signed).ToString(System.Globalization.CultureInfo.InvariantCulture) : "";
        return (string)judgment["choice"]! switch
        {
            "a" => $"{a} >{strength} {b}",
            "b" => $"{b} >{strength} {a}",
            "tie" => $"{inOrder[0]} = {inOrder[1]}",
            _ => $"{inOrder[0]} ! {inOrder[1]}",
        };
    }
}
