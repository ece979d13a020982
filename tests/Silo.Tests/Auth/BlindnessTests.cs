using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Silo.Api;
using Orleans.Dpo.Silo.Tests.Api;

namespace Orleans.Dpo.Silo.Tests.Auth;

/// <summary>Reads every byte that one who only annotates can get, of a project with a policy, pairs and judgments, and looks for what would tell who wrote a response.</summary>
[Collection(SiloCollection.Name)]
public sealed partial class BlindnessTests(SiloHost host)
{
    [Fact]
    public async Task Nothing_an_annotator_can_read_names_a_pair_a_response_or_a_policy()
    {
        var path = await host.AddProjectAsync("unseen", pairs: 8);
        await host.PublishTinyPolicyAsync(path);
        var ada = await host.AddAsync("unseen-ada", "annotator");
        var answers = new List<(string What, string Bytes)>();
        var leases = await SendAsync(ada, HttpMethod.Post, $"{path}/leases", """{"count":4}""", answers);
        var lease = leases["items"]![0]!;
        var foreign = leases["items"]![1]!;
        var body = (JsonNode pair, string choice) => JsonNode.Parse(Body.Json(Judgments.Of(pair, choice)).ReadAsStringAsync().Result)!.ToJsonString();
        var mixed = new JsonObject { ["lease"] = lease["lease"]!.DeepClone(), ["pair"] = foreign["pair"]!.DeepClone() };
        await SendAsync(ada, HttpMethod.Post, $"{path}/judgments", $"[{body(lease, "left")},{body(mixed, "left")},{body(foreign, "skip")}]", answers);
        await SendAsync(ada, HttpMethod.Post, $"{path}/judgments", $"[{body(foreign, "tie").Replace("\"tie\"", "\"undo\",\"supersedes\":\"" + Ulid.New(DateTimeOffset.UtcNow) + "\"", StringComparison.Ordinal)}]", answers);
        await SendAsync(ada, HttpMethod.Delete, $"{path}/leases", null, answers);

        var visited = 0;
        foreach (var endpoint in host.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            var page = endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is not null;
            var isGet = page || endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains("GET") == true;
            if (!isGet || (!page && endpoint.Metadata.GetMetadata<AllowedRoles>() is null))
            {
                continue;
            }

            var address = "/" + Parameter().Replace(endpoint.RoutePattern.RawText!.Trim('/'), hole => hole.Groups[1].Value.ToLowerInvariant() switch
            {
                "project" => "unseen", "documentname" => "v1", "name" or "version" => "v1", "round" => "r1", "policy" => "p1", "owner" => "dpo", "code" => "stale", _ => "x1",
            });
            using var response = await ada.GetAsync(address, HttpCompletionOption.ResponseHeadersRead);
            if (response.StatusCode is HttpStatusCode.OK)
            {
                visited++;
                answers.Add((address, await ReadAsync(response)));
            }
        }

        Assert.InRange(visited, 8, 40);
        foreach (var (what, bytes) in answers.Where(answer => !answer.What.StartsWith("/openapi", StringComparison.Ordinal)))
        {
            var found = Telling().Match(bytes);
            Assert.False(found.Success, $"{what} tells '{found.Value}'");
        }
    }

    private static async Task<JsonNode> SendAsync(HttpClient client, HttpMethod method, string path, string? body, List<(string, string)> answers)
    {
        using var response = await client.SendAsync(new(method, path) { Content = body is null ? null : Body.Text(body) });
        var text = await ReadAsync(response);
        answers.Add(($"{method} {path}", text));
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
    }

    /// <summary>Headers and body.</summary>
    private static async Task<string> ReadAsync(HttpResponseMessage response)
    {
        var text = new StringBuilder();
        foreach (var header in response.Headers.Concat(response.Content.Headers))
        {
            text.Append(header.Key).Append(": ").AppendJoin(", ", header.Value).Append('\n');
        }

        return text.Append(await response.Content.ReadAsStringAsync()).ToString();
    }

    [GeneratedRegex(@"\{\**(\w+)[^}]*\}")]
    private static partial Regex Parameter();

    // Ids of pairs, responses and true leases, sources of the pairs, and the policy's name and hash members.
    [GeneratedRegex(@"pa_[0-9a-f]{8}|re_[0-9a-f]{8}|le_[0-9A-Z]{8}|alpha-model|beta-model|\bp1\b|active_policy"":""", RegexOptions.CultureInvariant)]
    private static partial Regex Telling();
}
