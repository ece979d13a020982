using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.OpenApi;

namespace Orleans.Dpo.Silo.Api;

/// <summary>The API's own description: OpenAPI 3.1 at /openapi/v1.json, a page to read it at /api/docs.</summary>
internal static class ApiDocuments
{
    public static IServiceCollection AddApiDocuments(this IServiceCollection services) => services.AddOpenApi(options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new() { Title = "Orleans.Dpo", Version = "1", Description = "Judgments in, datasets and policies out. docs/formats/api.md is the contract in words." };
            document.Components ??= new();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
            document.Components.SecuritySchemes["key"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An API key, odpo_…" };
            document.Servers = [];
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            if (context.Description.ActionDescriptor.EndpointMetadata.OfType<AllowedRoles>().LastOrDefault() is { } allowed)
            {
                var who = allowed == AllowedRoles.Everyone ? "Needs no sign-in." : allowed.Names.Count == 0 ? "Anyone signed in." : $"Roles: {string.Join(", ", allowed.Names)}.";
                operation.Description = $"{operation.Description} {who}".Trim();
            }

            return Task.CompletedTask;
        });
    });

    public static WebApplication MapApiDocuments(this WebApplication app)
    {
        app.MapOpenApi().WithMetadata(AllowedRoles.Everyone).AllowAnonymous();
        app.MapGet("/api/docs", Page).Describe("docs", "A page to read and try the API.").ForEveryone().ExcludeFromDescription();
        app.MapGet("/problems/{code}", ProblemPage).Describe("problem", "What a problem's code means.").ForEveryone().ExcludeFromDescription();
        return app;
    }

    private static ContentHttpResult Page(IWebHostEnvironment environment) => environment.WebRootFileProvider.GetFileInfo("lib/swagger/swagger-ui-bundle.js").Exists
        ? TypedResults.Content(
            """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>Orleans.Dpo API</title><link rel="stylesheet" href="/lib/swagger/swagger-ui.css"></head>
            <body><div id="swagger-ui"></div><script src="/lib/swagger/swagger-ui-bundle.js"></script><script src="/js/docs.js"></script></body></html>
            """,
            "text/html; charset=utf-8")
        : TypedResults.Content("The page's files were not installed with this build (npm was missing). The description itself is at /openapi/v1.json.", "text/plain; charset=utf-8", statusCode: StatusCodes.Status404NotFound);

    private static Results<Ok<ProblemText>, ProblemHttpResult> ProblemPage(string code) => ProblemMap.All.TryGetValue(code, out var kind)
        ? TypedResults.Ok(new ProblemText(code, kind.Status, kind.Title))
        : ProblemMap.Problem(ProblemCodes.UnknownRoute, $"'{code}' is not a code of this API.");

    internal sealed record ProblemText(string Code, int Status, string Title);
}
