using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Dpo.AnnotatorUi.Layout;
using Orleans.Dpo.AnnotatorUi.Rendering;

namespace Orleans.Dpo.AnnotatorUi;

/// <summary>Mounts the pages on a host that has authentication and the HTTP API.</summary>
public static class AnnotatorUiExtensions
{
    /// <summary>Largest number of texts in one render request: four leases with long conversations.</summary>
    private const int MaxTexts = 400;

    /// <summary>Adds what the pages need.</summary>
    public static IServiceCollection AddAnnotatorUi(this IServiceCollection services)
    {
        services.AddRazorComponents();
        return services;
    }

    /// <summary>Maps the pages and the Markdown renderer that they use.</summary>
    public static IEndpointRouteBuilder MapAnnotatorUi(this IEndpointRouteBuilder app)
    {
        app.MapRazorComponents<App>();
        app.MapPost("/ui/render", IResult (RenderRequest request) => request.Texts.Length > MaxTexts
            ? TypedResults.BadRequest($"At most {MaxTexts} texts in one request.")
            : TypedResults.Ok(new RenderedTexts([.. request.Texts.Select(SafeMarkdown.ToHtml)])))
            .RequireAuthorization().ExcludeFromDescription();
        return app;
    }

    /// <summary>Markdown texts.</summary>
    internal sealed record RenderRequest(string[] Texts);

    /// <summary>Their HTML, in order.</summary>
    internal sealed record RenderedTexts(string[] Html);
}
