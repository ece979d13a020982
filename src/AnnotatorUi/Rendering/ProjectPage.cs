using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Orleans.Dpo.Grains.Projects;

namespace Orleans.Dpo.AnnotatorUi.Rendering;

/// <summary>A page about one project: finds it, or answers 404.</summary>
public abstract class ProjectPage : ComponentBase
{
    /// <summary>The slug in the address.</summary>
    [Parameter] public string Project { get; set; } = "";

    /// <summary>The request.</summary>
    [CascadingParameter] protected HttpContext Http { get; set; } = null!;

    /// <summary>Grains.</summary>
    [Inject] protected IGrainFactory Grains { get; set; } = null!;

    /// <summary>The project; null only when there is none, and then the page shows nothing else.</summary>
    protected ProjectView? View { get; private set; }

    /// <summary>Cancelled when the browser goes away.</summary>
    protected CancellationToken Aborted => Http.RequestAborted;

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        View = ProjectId.TryParse(Project, out var id) ? await Grains.GetGrain<IProjectGrain>(id.Value).GetAsync(Aborted) : null;
        if (View is null)
        {
            AnswerNotFound();
            return;
        }

        await LoadAsync();
    }

    /// <summary>Answers 404 with the page's own words. The status is set as the answer starts: the framework renders no body for a page that is "not found" before.</summary>
    protected void AnswerNotFound() => Http.Response.OnStarting(() =>
    {
        Http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    });

    /// <summary>Reads what the page shows.</summary>
    protected virtual Task LoadAsync() => Task.CompletedTask;
}
