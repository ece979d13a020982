using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Storage;
using Orleans.Dpo.Silo.Imports;

namespace Orleans.Dpo.Silo.Tests.Api;

[Collection(SiloCollection.Name)]
public sealed class GoldApiTests(SiloHost host)
{
    private const string Lines = "application/x-ndjson";

    [Fact]
    public async Task Right_rows_are_gold_and_wrong_ones_reported_by_line()
    {
        var path = await host.AddProjectAsync("gold-rows", pairs: 2);
        var pairs = (await Body.ReadAsync(await host.Admin.GetAsync($"{path}/pairs")))["items"]!.AsArray().Select(pair => (string)pair!["id"]!).ToArray();
        var rows = string.Join('\n',
            $$"""{"pair":"{{pairs[0]}}","right":"a"}""", """{"pair":"pa_00000000000000000000000000000000","right":"a"}""", Text("one", "left"), Text("two", "tie"), """{"prompt":"q"}""",
            $$"""{"pair":"{{pairs[0]}}","right":"b"}""", "{", Text("three", "b"), Text("three", "both_bad"), """{"prompt":"two","lang":"de","response_a":"x","response_b":"y","right":"a"}""", """{"pair":"no","right":"a"}""");
        var strict = await host.Admin.PostAsync($"{path}/gold?all_or_nothing=true", Body.Text(rows, Lines));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, strict.StatusCode);
        Assert.Empty(await GoldAsync("gold-rows"));
        await Body.IsAsync(await host.Admin.GetAsync($"{path}/imports"), HttpStatusCode.OK, """{"items":["*"],"next":null}""");

        var report = await Body.ReadAsync(await host.Admin.PostAsync($"{path}/gold", Body.Text(rows, Lines)));
        Assert.Equal((true, 11, 5, 6), ((bool)report["applied"]!, (int)report["rows"]!, (int)report["gold"]!, (int)report["wrong"]!));
        Assert.Equal([2, 3, 5, 7, 10, 11], report["errors"]!.AsArray().Select(error => (int)error!["line"]!).Order());
        Assert.Equal("pair right right lang pair", string.Join(' ', report["errors"]!.AsArray().OrderBy(error => (int)error!["line"]!).Select(error => (string?)error!["field"]).OfType<string>()));

        // Of two answers to one pair the first stands.
        var gold = await GoldAsync("gold-rows");
        Assert.Equal(3, gold.Count);
        Assert.Equal(Choice.A, gold.Single(row => row.Pair.Value == pairs[0]).Answer);
        Assert.Single(gold, row => row.Answer is Choice.Tie);
        Assert.DoesNotContain(gold, row => row.Answer is Choice.BothBad);
        await Body.IsAsync(await host.Admin.GetAsync($"{path}/imports/{(string)report["import"]!}"), HttpStatusCode.OK,
            $$"""{"import":"{{(string)report["import"]!}}","form":"gold","finished":"*","rows":11,"added":5,"judgments":0,"wrong":6}""");
    }

    [Fact]
    public async Task More_rows_than_a_segment_holds_are_stored_and_the_same_again_adds_nothing()
    {
        var path = await host.AddProjectAsync("gold-many", pairs: 0);
        var rows = "[" + string.Join(',', Enumerable.Range(0, ImportSegments.MostItems + 50).Select(i => Text($"many {i}", i % 2 == 0 ? "a" : "b"))) + "]";
        for (var n = 0; n < 2; n++)
        {
            await Body.IsAsync(await host.Admin.PostAsync($"{path}/gold", Body.Text(rows)), HttpStatusCode.OK, """{"import":null,"applied":true,"rows":5050,"gold":5050,"wrong":0,"errors":[]}""");
            Assert.Equal(5050, (await GoldAsync("gold-many")).Count);
        }

        Assert.Equal(2, Directory.GetFiles(Path.Combine(host.Data, "data", "projects", "gold-many", "gold")).Length);
    }

    private static string Text(string prompt, string right) => new JsonObject { ["prompt"] = prompt, ["response_a"] = $"{prompt} yes", ["response_b"] = $"{prompt} no", ["right"] = right }.ToJsonString();

    private async Task<List<GoldRow>> GoldAsync(string project)
    {
        var store = host.App.Services.GetRequiredService<IBlobStore>();
        var rows = new List<GoldRow>();
        await foreach (var blob in store.ListAsync($"projects/{project}/gold/", default))
        {
            rows.AddRange(GoldRow.ReadAll((await store.GetAsync(blob.Name, default))!.Bytes));
        }

        return rows;
    }
}
