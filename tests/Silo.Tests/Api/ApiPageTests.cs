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
        var told = Told("docs/formats/api.md").ToHashSet();
        Assert.True(served.Count > 60, $"only {served.Count} calls are described");
        Assert.Equal([], served.Except(told).Except(OfTheHub()).Order());

        // What is no part of the described API, because it serves pages and probes, is still on the page.
        string[] beside = ["GET /health", "GET /metrics", "GET /openapi/{}.json", "GET /openapi/v1.json", "GET /api/docs", "GET /problems/{}", "POST /signin", "POST /signout"];
        Assert.Equal([], told.Except(served).Where(call => !beside.Contains(call) && !call.StartsWith("HEAD ", StringComparison.Ordinal)).Order());
    }

    // hub.md writes T for datasets and models, and what may be left out in brackets.
    private static IEnumerable<string> OfTheHub() =>
        from word in File.ReadLines(RepositoryFile.Path("docs/formats/hub.md")).Where(line => line.StartsWith('|')).SelectMany(line => Code().Matches(line)).Select(match => match.Groups[1].Value)
        where Call().IsMatch(word)
        from kind in new[] { "datasets", "models" }
        from form in new[] { word.Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal), word.Split('[')[0] }
        select HubName().Replace(form.Split('?')[0].Replace("/api/T/", $"/api/{kind}/", StringComparison.Ordinal), "{}");

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
                    // `GET, HEAD P/a` is two calls, too.
                    var path = call[(call.LastIndexOf(' ') + 1)..];
                    foreach (var method in call[..^(path.Length + 1)].Split(", "))
                    {
                        yield return $"{method} {Plain(path)}";
                    }
                }
            }
        }
    }

    private static string Plain(string path) =>
        Parameter().Replace((path.StartsWith("P/", StringComparison.Ordinal) || path == "P" ? "/api/v1/projects/{project}" + path[1..] : path).Split('?')[0], "{}");

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex("^(GET|POST|PUT|DELETE|HEAD|PATCH)(, [A-Z]+)* (P|/)")]
    private static partial Regex Call();

    [GeneratedRegex("OWNER|NAME|REV|PATH")]
    private static partial Regex HubName();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();
}
