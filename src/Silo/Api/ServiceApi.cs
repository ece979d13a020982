using Microsoft.AspNetCore.Http.HttpResults;
using Orleans.Dpo.Grains.Storage;
using Orleans.Dpo.Silo.Auth;
using Orleans.Dpo.Silo.Hosting;
using Orleans.Dpo.Silo.Telemetry;

namespace Orleans.Dpo.Silo.Api;

/// <summary>What the service says of itself.</summary>
internal static class ServiceApi
{
    public static IEndpointRouteBuilder MapService(this IEndpointRouteBuilder api)
    {
        api.MapGet("", About).Describe("about", "Name, version, and which packages are in use.").ForAnyone();
        api.MapGet("/me", Me).Describe("me", "Who the caller is.").ForAnyone();
        return api;
    }

    public static IEndpointRouteBuilder MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health", HealthAsync).Describe("health", "Whether the store answers, and which packages are in use.").ForEveryone();
        routes.MapGet("/metrics", Metrics).Describe("metrics", "Counters and histograms as text exposition.").ForEveryone();
        return routes;
    }

    private static Ok<AboutAnswer> About(PackageSources packages) => TypedResults.Ok(new AboutAnswer("Orleans.Dpo", PackageSources.Product, packages.Report));

    private static Ok<MeAnswer> Me(Caller caller) => TypedResults.Ok(new MeAnswer(caller.Id, caller.Name, [.. caller.Roles], caller.Via));

    private static async Task<JsonHttpResult<HealthAnswer>> HealthAsync(PackageSources packages, IBlobStore blobs, SiloOptions options, CancellationToken cancellationToken)
    {
        var kind = options.Azure is null ? "files" : "azure";
        try
        {
            await blobs.StatAsync("_system/health", cancellationToken);
            return TypedResults.Json(new HealthAnswer("ok", packages.Report, kind));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return TypedResults.Json(new HealthAnswer("store-unavailable", packages.Report, kind), statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static ContentHttpResult Metrics(MetricsListener metrics) => TypedResults.Text(metrics.Expose(), "text/plain; version=0.0.4; charset=utf-8");

    internal sealed record AboutAnswer(string Name, string Version, PackageReport Packages);

    internal sealed record MeAnswer(string Id, string Name, IReadOnlyList<string> Roles, string Via);

    internal sealed record HealthAnswer(string Status, PackageReport Packages, string Store);
}
