using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Orleans.Dpo.Silo.Auth;
using Orleans.Dpo.Silo.Hub;

namespace Orleans.Dpo.Silo.Api;

/// <summary>The read part of the Hugging Face Hub's protocol, so that its clients load versions and policies with <c>HF_ENDPOINT</c> set to this server (docs/formats/hub.md).</summary>
internal static class HubApi
{
    private static readonly string[] s_read = ["GET", "HEAD"];

    public static IEndpointRouteBuilder MapHub(this IEndpointRouteBuilder app)
    {
        Map(app, "dataset", "/api/datasets/{owner}/{name}", "/datasets/{owner}/{name}", (repos, address, stop) => repos.DatasetAsync(address.Owner, address.Name, address.Revision, stop));
        Map(app, "model", "/api/models/{owner}/{name}", "/{owner}/{name}", (repos, address, stop) => repos.ModelAsync(address.Owner, address.Name, address.Revision, stop));
        return app;
    }

    private static void Map(IEndpointRouteBuilder app, string kind, string api, string files, Find find)
    {
        app.MapGet(api, InfoAsync).Describe($"hub-{kind}", $"Hub: newest revision of a {kind}.").For(Roles.Researcher, Roles.Operator);
        app.MapGet($"{api}/revision/{{revision}}", InfoAsync).Describe($"hub-{kind}-revision", $"Hub: one revision of a {kind}.").For(Roles.Researcher, Roles.Operator);
        app.MapGet($"{api}/tree/{{revision}}/{{**path}}", TreeAsync).Describe($"hub-{kind}-tree", $"Hub: files of a {kind}.").For(Roles.Researcher, Roles.Operator);
        app.MapPost($"{api}/paths-info/{{revision}}", PathsAsync).Describe($"hub-{kind}-paths", $"Hub: some files of a {kind}.").For(Roles.Researcher, Roles.Operator);
        // One endpoint for two methods would be one OpenAPI operation id twice.
        app.MapMethods($"{files}/resolve/{{revision}}/{{**path}}", s_read, FileAsync).Describe($"hub-{kind}-file", $"Hub: a file of a {kind}, with ETag and ranges.").ExcludeFromDescription().For(Roles.Researcher, Roles.Operator);
        app.MapMethods($"{files}/raw/{{revision}}/{{**path}}", s_read, FileAsync).Describe($"hub-{kind}-raw", $"Hub: a file of a {kind}.").ExcludeFromDescription().For(Roles.Researcher, Roles.Operator);

        async Task<IResult> InfoAsync(HttpContext http, HubRepos repos) =>
            await FindAsync(http, repos) is { } repo ? Json(HubAnswers.Info(repo, http.Request.Query["blobs"].ToString() is "true" or "True" or "1")) : NotFound(http);

        async Task<IResult> TreeAsync(HttpContext http, HubRepos repos)
        {
            if (await FindAsync(http, repos) is not { } repo)
            {
                return NotFound(http);
            }

            return HubAnswers.Tree(repo, Address.Of(http).Path, http.Request.Query["recursive"].ToString() is "true" or "True" or "1") is { } tree ? Json(tree) : NoEntry(http);
        }

        async Task<IResult> PathsAsync(HttpContext http, HubRepos repos)
        {
            var paths = await PathsOfAsync(http.Request);
            return await FindAsync(http, repos) is { } repo ? Json(HubAnswers.Paths(repo, paths)) : NotFound(http);
        }

        async Task<IResult> FileAsync(HttpContext http, HubRepos repos, BlobFiles blobs)
        {
            if (await FindAsync(http, repos) is not { } repo)
            {
                return NotFound(http);
            }

            var path = Address.Of(http).Path;
            http.Response.Headers["X-Repo-Commit"] = repo.Sha;
            return repo.Files.FirstOrDefault(file => file.Path == path) is { } file
                ? await blobs.ServeAsync(http.Request, file.Blob, file.Path, file.Sha256, http.RequestAborted)
                : NoEntry(http);
        }

        async Task<HubRepo?> FindAsync(HttpContext http, HubRepos repos)
        {
            var found = await find(repos, Address.Of(http), http.RequestAborted);
            if (found.Error is { } error)
            {
                http.Response.Headers["X-Error-Code"] = error;
            }

            return found.Repo;
        }
    }

    // Python sends the paths as a form, JavaScript as JSON.
    private static async Task<IEnumerable<string>> PathsOfAsync(HttpRequest request)
    {
        if (request.HasFormContentType)
        {
            return (await request.ReadFormAsync(request.HttpContext.RequestAborted))["paths"].OfType<string>();
        }

        return await BodyAsync(request) is JsonObject members && members["paths"] is JsonArray paths && paths.All(path => path?.GetValueKind() is JsonValueKind.String)
            ? paths.Select(path => path!.GetValue<string>())
            : throw new BadHttpRequestException("Send {\"paths\": [\"…\"]}, or paths as a form.");
    }

    private static async Task<JsonNode?> BodyAsync(HttpRequest request)
    {
        try
        {
            return await JsonNode.ParseAsync(request.Body, cancellationToken: request.HttpContext.RequestAborted);
        }
        catch (JsonException malformed)
        {
            throw new BadHttpRequestException("The body is not JSON.", malformed);
        }
    }

    private static ContentHttpResult Json(JsonNode answer) => TypedResults.Text(answer.ToJsonString(), "application/json");

    private static ProblemHttpResult NotFound(HttpContext http)
    {
        var address = Address.Of(http);
        return ProblemMap.Problem(ProblemCodes.UnknownFile, http.Response.Headers["X-Error-Code"] == HubLookup.NoRevision.Error
            ? $"{address.Owner}/{address.Name} has no revision '{address.Revision}'."
            : $"There is no {address.Owner}/{address.Name}; datasets are {HubRepos.DatasetOwner}/PROJECT, models PROJECT/p4 and PROJECT/{HubRepos.ActiveModel}.");
    }

    private static ProblemHttpResult NoEntry(HttpContext http)
    {
        http.Response.Headers["X-Error-Code"] = "EntryNotFound";
        return ProblemMap.Problem(ProblemCodes.UnknownFile, $"This revision has no '{Address.Of(http).Path}'.");
    }

    private delegate Task<HubLookup> Find(HubRepos repos, Address address, CancellationToken cancellationToken);

    /// <summary>The parts of the route. Clients escape slashes within paths and revisions, which routing leaves as they are.</summary>
    private sealed record Address(string Owner, string Name, string Revision, string Path)
    {
        public static Address Of(HttpContext http) => new(Part(http, "owner"), Part(http, "name"), Part(http, "revision") is { Length: > 0 } revision ? revision : "main", Part(http, "path"));

        private static string Part(HttpContext http, string name) => Uri.UnescapeDataString(http.GetRouteValue(name) as string ?? "");
    }
}
