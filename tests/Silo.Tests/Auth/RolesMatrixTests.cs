using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Dpo.Silo.Api;
using Orleans.Dpo.Silo.Tests.Api;

namespace Orleans.Dpo.Silo.Tests.Auth;

/// <summary>Every endpoint the host has, against every role. The table is written by hand: an endpoint without a line fails, and so does a line without an endpoint.</summary>
[Collection(SiloCollection.Name)]
public sealed class RolesMatrixTests(SiloHost host)
{
    private const string P = "/api/v1/projects/{project}";
    private const string Claim = "/api/v1/worker/claims/{project}/{job}/{kind}/{epoch:int}";
    private const string Readers = "operator researcher";
    private static readonly string[] s_roles = ["annotator", "adjudicator", "operator", "researcher", "worker"];

    private static readonly Dictionary<string, string> s_table = new()
    {
        ["GET /health"] = "everyone", ["GET /metrics"] = "everyone", ["GET /openapi/{documentName}.json"] = "everyone", ["GET /api/docs"] = "everyone",
        ["GET /problems/{code}"] = "everyone", ["POST /signin"] = "everyone", ["POST /signout"] = "any",
        ["GET /api/v1"] = "any", ["GET /api/v1/me"] = "any", ["GET /api/v1/projects"] = "any", ["POST /api/v1/projects"] = "operator",
        [$"GET {P}"] = "any", [$"PUT {P}/settings"] = "operator", [$"GET {P}/progress"] = "any", [$"GET {P}/events"] = "operator researcher",
        [$"POST {P}/prompts"] = "operator", [$"GET {P}/prompts"] = "operator researcher", [$"POST {P}/pairs"] = "operator", [$"POST {P}/imports"] = "operator", [$"GET {P}/imports"] = Readers,
        [$"GET {P}/imports/{{import}}"] = Readers, [$"GET {P}/imports/{{import}}/errors"] = Readers, [$"GET {P}/pairs/{{pair}}"] = "operator researcher",
        [$"POST {P}/rankings"] = "operator", [$"GET {P}/rankings"] = Readers, [$"GET {P}/rankings/{{ranking}}"] = Readers,
        [$"GET {P}/pairs"] = "operator researcher", [$"GET {P}/judgments"] = "operator researcher", [$"GET {P}/search"] = "operator researcher",
        [$"POST {P}/leases"] = "annotator", [$"DELETE {P}/leases"] = "annotator adjudicator operator", [$"POST {P}/judgments"] = "annotator adjudicator operator",
        [$"GET {P}/adjudication"] = "adjudicator operator researcher", [$"POST {P}/adjudication/leases"] = "adjudicator operator", [$"GET {P}/adjudication/{{pair}}"] = "adjudicator operator",
        [$"GET {P}/quality"] = "operator researcher", [$"GET {P}/quality/policies"] = "operator researcher", [$"GET {P}/annotators"] = "operator researcher",
        [$"GET {P}/annotators/pauses"] = "operator researcher", [$"POST {P}/annotators/{{id}}/pause"] = "operator", [$"POST {P}/annotators/{{id}}/resume"] = "operator", [$"POST {P}/gold"] = "operator",
        [$"POST {P}/practice"] = "operator", [$"GET {P}/practice"] = "operator researcher", [$"DELETE {P}/practice/{{id}}"] = "operator", [$"GET {P}/practice/runs"] = "operator researcher",
        [$"POST {P}/practice/begin"] = "annotator", [$"POST {P}/practice/answers"] = "annotator", [$"POST {P}/annotators/{{id}}/admit"] = "operator",
        [$"POST {P}/datasets"] = "operator researcher", [$"GET {P}/datasets"] = "operator researcher", [$"GET {P}/datasets/{{name}}"] = "operator researcher",
        [$"GET {P}/datasets/diff"] = "operator researcher", [$"GET {P}/datasets/tags"] = "operator researcher", [$"DELETE {P}/datasets/tags/{{tag}}"] = "operator researcher",
        [$"DELETE {P}/datasets/{{name}}"] = "operator",
        [$"PUT {P}/datasets/{{name}}/tags/{{tag}}"] = "operator researcher", [$"GET {P}/datasets/{{name}}/files"] = "operator researcher",
        [$"GET {P}/datasets/{{name}}/files/{{**path}}"] = "operator researcher", [$"HEAD {P}/datasets/{{name}}/files/{{**path}}"] = "operator researcher", [$"GET {P}/datasets/{{name}}/tables/{{table}}"] = "operator researcher",
        [$"POST {P}/rounds"] = "operator", [$"GET {P}/rounds"] = Readers, [$"GET {P}/rounds/{{round}}"] = Readers, [$"GET {P}/rounds/{{round}}/metrics"] = Readers,
        [$"GET {P}/rounds/{{round}}/evaluation/{{policy}}"] = "operator researcher", [$"POST {P}/rounds/{{round}}/cancel"] = "operator",
        [$"POST {P}/rounds/{{round}}/promote"] = "operator", [$"POST {P}/rounds/{{round}}/reject"] = "operator",
        [$"POST {P}/generations"] = "operator", [$"GET {P}/generations"] = "operator researcher", [$"GET {P}/generations/{{generation}}"] = "operator researcher",
        [$"POST {P}/policies"] = "operator researcher", [$"PUT {P}/policies/{{policy}}/files/{{name}}"] = "operator researcher",
        [$"POST {P}/policies/{{policy}}/publish"] = "operator researcher", [$"GET {P}/policies"] = Readers, [$"GET {P}/policies/{{policy}}"] = Readers,
        [$"GET {P}/policies/{{policy}}/files/{{name}}"] = "operator researcher worker", [$"POST {P}/policies/{{policy}}/activate"] = "operator",
        [$"GET {P}/lineage/{{id}}"] = Readers, [$"GET {P}/lineage/{{id}}/trace"] = Readers, [$"GET {P}/lineage/{{id}}/judgments"] = Readers,
        [$"POST {P}/retractions"] = "operator", [$"GET {P}/retractions"] = Readers, [$"GET {P}/retractions/{{retraction}}"] = Readers,
        [$"POST {P}/retractions/{{retraction}}/reinstate"] = "operator", [$"GET {P}/taint"] = Readers,
        ["GET /api/datasets/{owner}/{name}"] = Readers, ["GET /api/datasets/{owner}/{name}/revision/{revision}"] = Readers, ["GET /api/datasets/{owner}/{name}/tree/{revision}/{**path}"] = Readers,
        ["POST /api/datasets/{owner}/{name}/paths-info/{revision}"] = Readers, ["GET /datasets/{owner}/{name}/resolve/{revision}/{**path}"] = Readers,
        ["GET /datasets/{owner}/{name}/raw/{revision}/{**path}"] = Readers, ["GET /api/models/{owner}/{name}"] = Readers, ["GET /api/models/{owner}/{name}/revision/{revision}"] = Readers,
        ["GET /api/models/{owner}/{name}/tree/{revision}/{**path}"] = Readers, ["POST /api/models/{owner}/{name}/paths-info/{revision}"] = Readers,
        ["GET /{owner}/{name}/resolve/{revision}/{**path}"] = Readers, ["GET /{owner}/{name}/raw/{revision}/{**path}"] = Readers,
        ["POST /api/v1/people"] = "", ["GET /api/v1/people"] = "", ["POST /api/v1/people/{id}/links"] = "", ["PUT /api/v1/people/{id}/password"] = "any", ["DELETE /api/v1/people/{id}"] = "",
        ["POST /api/v1/keys"] = "", ["GET /api/v1/keys"] = "", ["DELETE /api/v1/keys/{id}"] = "",
        ["POST /api/v1/worker/claims"] = "worker", [$"POST {Claim}/heartbeat"] = "worker", [$"GET {Claim}/inputs/{{**path}}"] = "worker",
        [$"GET {Claim}/resume/{{from:int}}/{{**path}}"] = "worker", [$"PUT {Claim}/files/{{**path}}"] = "worker", [$"POST {Claim}/end"] = "worker",
    };

    [Fact]
    public void Every_endpoint_of_ours_has_a_line_and_every_line_an_endpoint() =>
        Assert.Equal(s_table.Keys.Order(StringComparer.Ordinal), Ours().Select(NameOf).Order(StringComparer.Ordinal));

    [Fact]
    public async Task An_endpoint_that_says_nothing_is_closed()
    {
        var silent = Endpoints().Except(Ours())
            .Where(e => e.Metadata.GetMetadata<IAuthorizeData>() is null && e.Metadata.GetMetadata<AuthorizationPolicy>() is null && e.Metadata.GetMetadata<IAllowAnonymous>() is null)
            .Select(NameOf);
        Assert.Equal("GET /_framework/opaque-redirect", Assert.Single(silent));
        using var nobody = host.WithKey(null);
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.GetAsync("/_framework/opaque-redirect?url=x")).StatusCode);
    }

    [Fact]
    public async Task Every_endpoint_lets_in_exactly_the_roles_of_its_line()
    {
        await host.AddProjectAsync("matrix", pairs: 0);
        var clients = new Dictionary<string, HttpClient> { ["admin"] = host.Admin };
        foreach (var role in s_roles)
        {
            clients[role] = await host.AddAsync($"matrix-{role}", role);
        }

        clients["roleless"] = await host.AddAsync("matrix-roleless");
        using var nobody = host.WithKey(null);
        foreach (var endpoint in Ours().Where(e => NameOf(e) is not ("POST /signin" or "POST /signout")))
        {
            var (method, path) = (NameOf(endpoint).Split(' ')[0], PathOf(endpoint.RoutePattern));
            var line = s_table[NameOf(endpoint)];
            foreach (var (role, client) in clients)
            {
                var allowed = role == "admin" || line is "everyone" or "any" || line.Split(' ').Contains(role);
                using var response = await client.SendAsync(Request(method, path), HttpCompletionOption.ResponseHeadersRead);
                var ownBusiness = method == "PUT" && path.EndsWith("/password", StringComparison.Ordinal) && role != "admin";
                Assert.True(allowed && !ownBusiness ? response.StatusCode is not (HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized) : response.StatusCode is HttpStatusCode.Forbidden,
                    $"{method} {path} as {role}: {(int)response.StatusCode}");
                if (!allowed && method is not "HEAD")
                {
                    await Body.IsProblemAsync(response, HttpStatusCode.Forbidden, "missing-role");
                }
            }

            using var anonymous = await nobody.SendAsync(Request(method, path), HttpCompletionOption.ResponseHeadersRead);
            Assert.True(line == "everyone" == (anonymous.StatusCode is not HttpStatusCode.Unauthorized), $"{method} {path} signed out: {(int)anonymous.StatusCode}");
        }
    }

    private IEnumerable<RouteEndpoint> Endpoints() => host.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    private IEnumerable<RouteEndpoint> Ours() => Endpoints().Where(endpoint => endpoint.Metadata.GetMetadata<AllowedRoles>() is not null);

    private static string NameOf(RouteEndpoint endpoint) =>
        $"{endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods[0] ?? "ANY"} {(endpoint.RoutePattern.RawText is { Length: > 1 } text ? "/" + text.Trim('/') : "/")}";

    private static string PathOf(RoutePattern pattern) => "/" + string.Join('/', pattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part switch
    {
        RoutePatternLiteralPart literal => literal.Content,
        RoutePatternParameterPart { Name: "project" } => "matrix",
        RoutePatternParameterPart { Name: "documentName" } => "v1",
        RoutePatternParameterPart { Name: "kind" } => "train",
        RoutePatternParameterPart { Name: "job" } => "r1",
        RoutePatternParameterPart { Name: "epoch" or "from" } => "1",
        RoutePatternParameterPart { Name: "code" } => "stale",
        RoutePatternParameterPart { Name: "id" } => "an_00000000000000000000000000000000",
        _ => "x1",
    }))));

    private static HttpRequestMessage Request(string method, string path) => new(new HttpMethod(method), path)
    {
        Content = method is "GET" or "DELETE" ? null : Body.Text(path.EndsWith("/password", StringComparison.Ordinal) ? """{"password":"long enough"}""" : "{}"),
    };
}
