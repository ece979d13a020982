using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Silo.Tests.Api;

/// <summary>docs/formats/api.md and hub.md name the calls that the server has, all of them and no others.</summary>
[Collection(SiloCollection.Name)]
public sealed partial class ApiPageTests(SiloHost host)
{
    [Fact]
    public async Task Every_call_is_on_a_page_and_every_call_of_a_page_is_there()
    {
        var description = JsonNode.Parse(await host.Admin.GetStringAsync("/openapi/v1.json"))!;
        var served = description["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(call => $"{call.Key.ToUpperInvariant()} {Plain(path.Key)}")).ToHashSet();
        var told = Told("docs/formats/api.md").Concat(Told("docs/formats/hub.md")).ToHashSet();
        Assert.True(served.Count > 60, $"only {served.Count} calls are described");
        Assert.Equal([], served.Except(told).Order());

        // What is no part of the described API, because it serves pages and probes, is still on the page.
        string[] beside = ["GET /health", "GET /metrics", "GET /openapi/{}.json", "GET /openapi/v1.json", "GET /api/docs", "GET /problems/{}", "POST /signin", "POST /signout"];
        Assert.Equal([], told.Except(served).Where(call => !beside.Contains(call)).Order());
    }

    // `GET P/a`, `/b` is two calls: the second has another last part.
    private static IEnumerable<string> Told(string page)
    {
        foreach (var row in File.ReadLines(RepositoryFile.Path(page)).Where(line => line.StartsWith('|')))
        {
            var call = "";
            foreach (var word in Code().Matches(row.Split(" | ")[0]).Select(match => match.Groups[1].Value))
            {
                call = Call().IsMatch(word) ? word : word.StartsWith('/') && call.Length > 0 ? call[..call.LastIndexOf('/')] + word : "";
                if (call.Length > 0)
                {
                    yield return call.Split(' ') is var parts ? $"{parts[0]} {Plain(parts[1])}" : "";
                }
            }
        }
    }

    private static string Plain(string path) =>
        Parameter().Replace((path.StartsWith("P/", StringComparison.Ordinal) || path == "P" ? "/api/v1/projects/{project}" + path[1..] : path).Split('?')[0], "{}");

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex("^(GET|POST|PUT|DELETE|HEAD|PATCH) (P|/)")]
    private static partial Regex Call();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();
}
