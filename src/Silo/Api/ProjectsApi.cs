using Microsoft.AspNetCore.Http.HttpResults;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Silo.Auth;

namespace Orleans.Dpo.Silo.Api;

/// <summary>Projects and their settings.</summary>
internal static class ProjectsApi
{
    private const int DefaultShards = 4;

    public static IEndpointRouteBuilder MapProjects(this IEndpointRouteBuilder api)
    {
        api.MapGet("/projects", ListAsync).Describe("list-projects", "Lists projects.").ForAnyone();
        api.MapPost("/projects", CreateAsync).Describe("create-project", "Creates a project.").For(Roles.Operator).WithMetadata(new IdempotentCreation());
        return api;
    }

    public static IEndpointRouteBuilder MapProject(this IEndpointRouteBuilder project)
    {
        project.MapGet("", Get).Describe("get-project", "A project with its settings and their ETag.").ForAnyone();
        project.MapPut("/settings", PutSettingsAsync).Describe("put-settings", "Replaces the settings; a changed guideline becomes a new version.").For(Roles.Operator);
        project.MapGet("/progress", ProgressAsync).Describe("get-progress", "Counts, and what the loop waits for.").ForAnyone();
        return project;
    }

    private static async Task<Ok<Page<ProjectAnswer>>> ListAsync(PageRequest page, Caller caller, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var found = new List<ProjectAnswer>();
        foreach (var id in await grains.GetGrain<IProjectsGrain>("_").ListAsync(cancellationToken))
        {
            if (await grains.GetGrain<IProjectGrain>(id.Value).GetAsync(cancellationToken) is { } view)
            {
                found.Add(ProjectAnswer.Of(view, caller));
            }
        }

        return TypedResults.Ok(page.Slice(found));
    }

    private static async Task<Results<Created<ProjectAnswer>, ProblemHttpResult>> CreateAsync(
        ProjectRequest body, IGrainFactory grains, HttpResponse response, CancellationToken cancellationToken)
    {
        if (!ProjectId.TryParse(body.Id, out var id))
        {
            return ProblemMap.Problem(RefusalCodes.BadRequest, "An id is a slug of 1 to 63 lower-case letters, digits and hyphens that does not begin with a hyphen.", field: "id");
        }

        var shards = body.Shards ?? DefaultShards;
        if (shards is < 1 or > 1024)
        {
            return ProblemMap.Problem(RefusalCodes.BadRequest, "shards is from 1 to 1024 and is fixed for ever.", field: "shards");
        }

        var created = await grains.GetGrain<IProjectGrain>(id.Value).CreateAsync(body.Settings, shards, cancellationToken);
        if (created.Refusal is { } refusal)
        {
            return ProblemMap.Problem(refusal);
        }

        ETags.Write(response, created.Value!.ETag);
        return TypedResults.Created($"/api/v1/projects/{id}", ProjectAnswer.Of(created.Value));
    }

    private static Ok<ProjectAnswer> Get(CurrentProject project, Caller caller, HttpResponse response)
    {
        ETags.Write(response, project.View.ETag);
        return TypedResults.Ok(ProjectAnswer.Of(project.View, caller));
    }

    private static async Task<Results<Ok<ProjectAnswer>, ProblemHttpResult>> PutSettingsAsync(
        ProjectSettings body, CurrentProject project, IGrainFactory grains, HttpContext context, CancellationToken cancellationToken)
    {
        if (ETags.TryReadIfMatch(context.Request, out var etag) is { } missing)
        {
            return missing;
        }

        var updated = await grains.GetGrain<IProjectGrain>(project.Key).UpdateAsync(body, etag, cancellationToken);
        if (updated.Value is { } view)
        {
            ETags.Write(context.Response, view.ETag);
        }

        return updated.ToOk(ProjectAnswer.Of);
    }

    private static async Task<Ok<ProjectProgress>> ProgressAsync(CurrentProject project, IGrainFactory grains, CancellationToken cancellationToken) =>
        TypedResults.Ok(await grains.GetGrain<IProjectGrain>(project.Key).GetProgressAsync(cancellationToken));

    internal sealed record ProjectRequest(string Id, ProjectSettings Settings, int? Shards = null);

    internal sealed record ProjectAnswer(ProjectId Id, ProjectSettings Settings, int Shards, int Guideline, DateTimeOffset Created, string? ActivePolicy)
    {
        public static ProjectAnswer Of(ProjectView view) => new(view.Id, view.Settings, view.Shards, view.Guideline, view.Created, view.ActivePolicy);

        /// <summary>For those who judge blind, without what they would have to guess.</summary>
        public static ProjectAnswer Of(ProjectView view, Caller caller) => caller.MaySeeIds ? Of(view) : Of(view) with { ActivePolicy = null };
    }
}
