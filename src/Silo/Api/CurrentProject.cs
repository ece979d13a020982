using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Silo.Api;

/// <summary>The project of the route. Filled by <see cref="ProjectFilter"/> before a handler runs.</summary>
internal sealed class CurrentProject(HttpContext context)
{
    /// <summary>The project as it stood when the request came.</summary>
    public ProjectView View => (ProjectView)context.Items[typeof(CurrentProject)]!;

    public ProjectId Id => View.Id;

    /// <summary>Grain key of everything that is one to a project.</summary>
    public string Key => View.Id.Value;

    /// <summary>Begin of the names of the project's blobs.</summary>
    public string Folder => $"projects/{View.Id.Value}";

    public static ValueTask<CurrentProject> BindAsync(HttpContext context) => ValueTask.FromResult(new CurrentProject(context));

    internal static void Set(HttpContext context, ProjectView view) => context.Items[typeof(CurrentProject)] = view;
}

/// <summary>Answers <c>unknown-project</c> before any handler below <c>/projects/{project}</c> runs.</summary>
internal sealed class ProjectFilter(RecentProjects projects) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var slug = http.GetRouteValue("project") as string;
        var recent = http.GetEndpoint()?.Metadata.GetMetadata<RecentProject>() is not null;
        if (!ProjectId.TryParse(slug, out var id) || await projects.ReadAsync(id, recent, http.RequestAborted) is not { } view)
        {
            return ProblemMap.Problem(RefusalCodes.UnknownProject, $"There is no project '{slug}'.");
        }

        CurrentProject.Set(http, view);
        if (recent || HttpMethods.IsGet(http.Request.Method))
        {
            return await next(context);
        }

        try
        {
            return await next(context);
        }
        finally
        {
            projects.Changed();
        }
    }
}
