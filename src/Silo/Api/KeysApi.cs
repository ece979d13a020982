using System.Collections.Immutable;
using Microsoft.AspNetCore.Http.HttpResults;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Silo.Auth;

namespace Orleans.Dpo.Silo.Api;

/// <summary>API keys. The secret is in the answer of its creation and nowhere else.</summary>
internal static class KeysApi
{
    public static IEndpointRouteBuilder MapKeys(this IEndpointRouteBuilder api)
    {
        api.MapPost("/keys", AddAsync).Describe("add-key", "Makes an API key; it is shown once.").For(Roles.Admin);
        api.MapGet("/keys", ListAsync).Describe("list-keys", "Lists keys without their secrets.").For(Roles.Admin);
        api.MapDelete("/keys/{id}", RevokeAsync).Describe("revoke-key", "Revokes a key; other hosts notice within five seconds.").For(Roles.Admin);
        return api;
    }

    private static async Task<Results<Created<NewKeyAnswer>, ProblemHttpResult>> AddAsync(KeyRequest body, IGrainFactory grains, KeyRing keys, CancellationToken cancellationToken)
    {
        if (body.Name is not { Length: >= 1 and <= 100 })
        {
            return ProblemMap.Problem(RefusalCodes.BadRequest, "A name has 1 to 100 characters.", field: "name");
        }

        if (PeopleApi.RolesRefusal(body.Roles) is { } refusal)
        {
            return refusal;
        }

        var people = grains.GetGrain<IPeopleGrain>("_");
        if (body.Person is { } person && await people.GetAsync(person, cancellationToken) is null)
        {
            return ProblemMap.Problem(RefusalCodes.BadRequest, $"There is no person {person}.", field: "person");
        }

        var (text, hash) = Secret.New(Secret.KeyPrefix);
        var added = await people.AddKeyAsync(new(body.Name, hash, body.Roles, body.Person), cancellationToken);
        keys.Forget();
        return added.Refusal is { } no ? ProblemMap.Problem(no) : TypedResults.Created($"/api/v1/keys/{added.Value!.Id}", new NewKeyAnswer(added.Value.Id, text));
    }

    private static async Task<Ok<Page<KeyAnswer>>> ListAsync(PageRequest page, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var keys = await grains.GetGrain<IPeopleGrain>("_").ListKeysAsync(cancellationToken);
        return TypedResults.Ok(page.Slice(keys.Select(k => new KeyAnswer(k.Id, k.Name, k.Roles, k.Person, k.Created))));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeAsync(string id, IGrainFactory grains, KeyRing keys, CancellationToken cancellationToken)
    {
        var revoked = await grains.GetGrain<IPeopleGrain>("_").RevokeKeyAsync(id, cancellationToken);
        keys.Forget();
        return revoked ? TypedResults.NoContent() : ProblemMap.Problem(ProblemCodes.UnknownPerson, $"There is no key {id}.");
    }

    internal sealed record KeyRequest(string Name, ImmutableArray<string> Roles, AnnotatorId? Person = null);

    internal sealed record NewKeyAnswer(string Id, string Key);

    internal sealed record KeyAnswer(string Id, string Name, ImmutableArray<string> Roles, AnnotatorId? Person, DateTimeOffset Created);
}
