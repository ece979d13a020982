using Microsoft.AspNetCore.Http.HttpResults;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Silo.Auth;

namespace Orleans.Dpo.Silo.Api;

/// <summary>What every endpoint says of itself: name, summary, who may call it.</summary>
internal static class EndpointNotes
{
    /// <summary>Name (also the OpenAPI operation id) and one-line summary.</summary>
    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder endpoint, string name, string summary) => endpoint.WithName(name).WithSummary(summary);

    /// <summary>Anyone signed in.</summary>
    public static RouteHandlerBuilder ForAnyone(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new AllowedRoles([])).RequireAuthorization();

    /// <summary>Those with one of the roles, and administrators.</summary>
    public static RouteHandlerBuilder For(this RouteHandlerBuilder endpoint, params string[] roles) =>
        endpoint.WithMetadata(new AllowedRoles(roles)).RequireAuthorization(policy => policy.RequireAuthenticatedUser().RequireRole([.. roles, Roles.Admin]));

    /// <summary>Everyone, signed in or not.</summary>
    public static RouteHandlerBuilder ForEveryone(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(AllowedRoles.Everyone).AllowAnonymous();

    /// <summary>Takes bulk bodies of up to <see cref="BulkReader.MaxBytes"/>.</summary>
    public static RouteHandlerBuilder Bulk<TRow>(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new RequestSize(BulkReader.MaxBytes)).Accepts<TRow[]>("application/json", "application/x-ndjson");

    /// <summary>Takes rows that are read as they come, of any length in sum.</summary>
    public static RouteHandlerBuilder BulkStream<TRow>(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new RequestSize(null)).Accepts<TRow[]>("application/json", "application/x-ndjson");

    /// <summary>Takes a file of any size.</summary>
    public static RouteHandlerBuilder File(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new RequestSize(null)).Accepts<byte[]>("*/*");

    /// <summary>A value as 200, a refusal as its problem.</summary>
    public static Results<Ok<TAnswer>, ProblemHttpResult> ToOk<T, TAnswer>(this Outcome<T> outcome, Func<T, TAnswer> shape) =>
        outcome.Refusal is { } refusal ? ProblemMap.Problem(refusal) : TypedResults.Ok(shape(outcome.Value!));

    private sealed class RequestSize(long? bytes) : Microsoft.AspNetCore.Http.Metadata.IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize { get; } = bytes;
    }
}

/// <summary>Endpoint metadata: the roles that may call it. Empty means anyone signed in.</summary>
/// <param name="Names">Role names, without admin, which may do everything.</param>
internal sealed record AllowedRoles(IReadOnlyList<string> Names)
{
    /// <summary>No sign-in needed.</summary>
    public static AllowedRoles Everyone { get; } = new(["everyone"]);
}
