using System.Net;
using System.Text.Json.Nodes;

namespace Orleans.Dpo.Silo.Tests.Api;

/// <summary>Tags that stay, versions under them, and what is left of a version that went.</summary>
[Collection(SiloCollection.Name)]
public sealed class DatasetTagsApiTests(SiloHost host)
{
    [Fact]
    public async Task A_protected_tag_stays_where_it_is_unless_an_administrator_overrides()
    {
        var path = await host.AddJudgedProjectAsync("protected", pairs: 4);
        await CutAsync(path, 1);
        await CutAsync(path, 2);
        var (researcher, operators) = (await host.AddAsync("tags-researcher", "researcher"), await host.AddAsync("tags-operator", "operator"));
        await Body.ReadAsync(await researcher.PutAsync($"{path}/datasets/v1/tags/paper", null));
        await Body.IsProblemAsync(await researcher.PutAsync($"{path}/datasets/v1/tags/paper?protect=true", null), HttpStatusCode.Forbidden, "missing-role");
        await Body.ReadAsync(await operators.PutAsync($"{path}/datasets/v1/tags/paper?protect=true", null));
        await Body.ReadAsync(await researcher.PutAsync($"{path}/datasets/v1/tags/paper", null));   // where it is already
        await Body.IsAsync(await host.Admin.GetAsync($"{path}/datasets/tags"), HttpStatusCode.OK, """[{"tag":"paper","version":1,"name":"v1","protected":true}]""");

        foreach (var refused in new[]
        {
            await operators.PutAsync($"{path}/datasets/v2/tags/paper", null), await operators.PutAsync($"{path}/datasets/v1/tags/paper?protect=false", null), await operators.DeleteAsync($"{path}/datasets/tags/paper"),
            await host.Admin.PutAsync($"{path}/datasets/v2/tags/paper", null), await host.Admin.DeleteAsync($"{path}/datasets/tags/paper"), await host.Admin.DeleteAsync($"{path}/datasets/v1?reason=x"),
        })
        {
            await Body.IsProblemAsync(refused, HttpStatusCode.Conflict, "tag-protected");
        }

        await Body.IsProblemAsync(await operators.PutAsync($"{path}/datasets/v2/tags/paper?override=true", null), HttpStatusCode.Forbidden, "missing-role");
        await Body.IsProblemAsync(await operators.DeleteAsync($"{path}/datasets/tags/paper?override=true"), HttpStatusCode.Forbidden, "missing-role");
        await Body.ReadAsync(await host.Admin.PutAsync($"{path}/datasets/v2/tags/paper?override=true", null));
        Assert.Equal(2, (int)(await Body.ReadAsync(await host.Admin.GetAsync($"{path}/datasets/paper")))["version"]!);
        await Body.IsProblemAsync(await host.Admin.DeleteAsync($"{path}/datasets/tags/paper"), HttpStatusCode.Conflict, "tag-protected");   // it is still protected there
        Assert.Equal(HttpStatusCode.NoContent, (await host.Admin.DeleteAsync($"{path}/datasets/tags/paper?override=true")).StatusCode);
        Assert.Equal("deleted", (string?)(await Body.ReadAsync(await host.Admin.DeleteAsync($"{path}/datasets/v2?reason=x")))["state"]);
    }

    [Fact]
    public async Task Of_a_deleted_version_the_number_the_identity_and_the_lineage_stay_and_nothing_else()
    {
        var path = await host.AddJudgedProjectAsync("tombstone", pairs: 4);
        var version = await CutAsync(path, 1);
        var row = JsonNode.Parse((await host.Admin.GetStringAsync($"{path}/datasets/v1/tables/judgments")).Split('\n')[0])!;
        await host.Admin.GetAsync($"{path}/datasets/v1/tables/kto?format=parquet");
        await Body.ReadAsync(await host.Admin.DeleteAsync($"{path}/datasets/v1?reason=consent%20withdrawn"));

        foreach (var name in new[] { "v1", "1", (string)version["revision"]!, (string)version["identity"]! })
        {
            var problem = await Body.IsProblemAsync(await host.Admin.GetAsync($"{path}/datasets/{name}"), HttpStatusCode.Gone, "version-deleted");
            Assert.Contains((string)version["identity"]!, (string)problem["detail"]!, StringComparison.Ordinal);
            Assert.Contains("consent withdrawn", (string)problem["detail"]!, StringComparison.Ordinal);
        }

        var listed = Assert.Single((await Body.ReadAsync(await host.Admin.GetAsync($"{path}/datasets")))["items"]!.AsArray())!;
        Assert.Equal(("deleted", "consent withdrawn", (string?)version["identity"]), ((string?)listed["state"], (string?)listed["deleted"]!["reason"], (string?)listed["identity"]));
        var folder = Path.Combine(host.Data, "data", "projects", "tombstone", "datasets");
        Assert.Equal(["recipe.json"], Directory.EnumerateFiles(Path.Combine(folder, "v1"), "*", SearchOption.AllDirectories).Select(file => Path.GetFileName(file)!));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(folder, "_objects")));
        Assert.Equal("version", (string?)(await Body.ReadAsync(await host.Admin.GetAsync($"{path}/lineage/v1")))["kind"]);
        Assert.Equal("judgment", (string?)(await Body.ReadAsync(await host.Admin.GetAsync($"{path}/lineage/{row["judgment_id"]}?pair={row["pair_id"]}")))["kind"]);
        Assert.Equal(2, (int)(await CutAsync(path, 2))["version"]!);   // the number is not given again
        await Body.IsProblemAsync(await host.Admin.GetAsync($"{path}/datasets/diff?from=v1&to=v2"), HttpStatusCode.Gone, "version-deleted");
    }

    private async Task<JsonNode> CutAsync(string path, int number)
    {
        Assert.Equal(HttpStatusCode.Accepted, (await host.Admin.PostAsync($"{path}/datasets", Body.Text("{}"))).StatusCode);
        return await host.VersionAsync(path, $"v{number}");
    }
}
