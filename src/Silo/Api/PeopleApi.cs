using System.Collections.Immutable;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Silo.Auth;
using Orleans.Dpo.Silo.Erasure;

namespace Orleans.Dpo.Silo.Api;

/// <summary>People, their links and passwords.</summary>
internal static class PeopleApi
{
    private const int MinPassword = 8;

    public static IEndpointRouteBuilder MapPeople(this IEndpointRouteBuilder api)
    {
        api.MapPost("/people", AddAsync).Describe("add-person", "Adds a person.").For(Roles.Admin).WithMetadata(new IdempotentCreation());
        api.MapGet("/people", ListAsync).Describe("list-people", "Lists people.").For(Roles.Admin);
        api.MapPost("/people/{id}/links", AddLinkAsync).Describe("add-link", "Makes a one-time sign-in link.").For(Roles.Admin);
        api.MapDelete("/people/{id}", EraseAsync).Describe("erase-person", "Deletes all that is personal of a person; answers with a certificate.").For(Roles.Admin);
        api.MapPut("/people/{id}/password", SetPasswordAsync).Describe("set-password", "Sets a password: an administrator anyone's, others their own.").ForAnyone();
        return api;
    }

    private static async Task<Results<Created<PersonAnswer>, ProblemHttpResult>> AddAsync(PersonRequest body, IGrainFactory grains, CancellationToken cancellationToken)
    {
        if (body.Name is not { Length: >= 1 and <= 100 } || body.Name != body.Name.Trim())
        {
            return ProblemMap.Problem(RefusalCodes.BadRequest, "A name has 1 to 100 characters and no space at its ends.", field: "name");
        }

        if (body.Kind is not ("person" or "model" or "simulated"))
        {
            return ProblemMap.Problem(RefusalCodes.BadRequest, "kind is person, model or simulated.", field: "kind");
        }

        if (RolesRefusal(body.Roles) is { } refusal)
        {
            return refusal;
        }

        var added = await grains.GetGrain<IPeopleGrain>("_").AddAsync(new(body.Name, body.Kind, body.Roles), cancellationToken);
        return added.Refusal is { } no ? ProblemMap.Problem(no) : TypedResults.Created($"/api/v1/people/{added.Value!.Id}", PersonAnswer.Of(added.Value));
    }

    private static async Task<Ok<Page<PersonAnswer>>> ListAsync(PageRequest page, IGrainFactory grains, CancellationToken cancellationToken) =>
        TypedResults.Ok(page.Slice((await grains.GetGrain<IPeopleGrain>("_").ListAsync(cancellationToken)).Select(PersonAnswer.Of)));

    private static async Task<Results<Ok<LinkAnswer>, ProblemHttpResult>> AddLinkAsync(
        string id, LinkRequest? body, IGrainFactory grains, TimeProvider time, HttpRequest request, CancellationToken cancellationToken)
    {
        var hours = body?.Hours ?? 24;
        if (hours is < 1 or > 720)
        {
            return ProblemMap.Problem(RefusalCodes.BadRequest, "hours is from 1 to 720.", field: "hours");
        }

        if (!AnnotatorId.TryParse(id, out var person))
        {
            return UnknownPerson(id);
        }

        var (token, hash) = Secret.New(Secret.LinkPrefix);
        var expires = time.GetUtcNow().AddHours(hours);
        var stored = await grains.GetGrain<IPeopleGrain>("_").AddLinkAsync(person, hash, expires, cancellationToken);
        return stored.Refusal is null
            ? TypedResults.Ok(new LinkAnswer($"{request.Scheme}://{request.Host}/signin?token={token}", expires))
            : UnknownPerson(id);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> SetPasswordAsync(
        string id, PasswordRequest body, Caller caller, IGrainFactory grains, IPasswordHasher<PersonView> hasher, CancellationToken cancellationToken)
    {
        if (!caller.IsAdmin && caller.Id != id)
        {
            return ProblemMap.Problem(RefusalCodes.MissingRole, "Only an administrator sets another person's password.");
        }

        if (body.Password.Length is < MinPassword or > 1000)
        {
            return ProblemMap.Problem(RefusalCodes.BadRequest, $"A password has at least {MinPassword} characters.", field: "password");
        }

        var people = grains.GetGrain<IPeopleGrain>("_");
        if (!AnnotatorId.TryParse(id, out var person) || await people.GetAsync(person, cancellationToken) is not { } view)
        {
            return UnknownPerson(id);
        }

        var stored = await people.SetPasswordAsync(person, hasher.HashPassword(view, body.Password), cancellationToken);
        return stored.Refusal is null ? TypedResults.NoContent() : UnknownPerson(id);
    }

    private static async Task<Results<Ok<ErasureCertificate>, ProblemHttpResult>> EraseAsync(string id, Caller caller, PersonErasure erasure, CancellationToken cancellationToken) =>
        AnnotatorId.TryParse(id, out var person) && (await erasure.EraseAsync(person, caller.Id, cancellationToken)).Value is { } certificate
            ? TypedResults.Ok(certificate)
            : UnknownPerson(id);

    /// <summary>The problem of role names that do not exist, or null.</summary>
    internal static ProblemHttpResult? RolesRefusal(ImmutableArray<string> roles) =>
        roles.FirstOrDefault(role => !Roles.All.Contains(role)) is { } unknown
            ? ProblemMap.Problem(RefusalCodes.BadRequest, $"'{unknown}' is not a role; they are {string.Join(", ", Roles.All)}.", field: "roles")
            : null;

    private static ProblemHttpResult UnknownPerson(string id) => ProblemMap.Problem(ProblemCodes.UnknownPerson, $"There is no person {id}.");

    internal sealed record PersonRequest(string Name, ImmutableArray<string> Roles, string Kind = "person");

    internal sealed record LinkRequest(int? Hours = null);

    internal sealed record PasswordRequest(string Password);

    internal sealed record LinkAnswer(string Url, DateTimeOffset Expires);

    internal sealed record PersonAnswer(AnnotatorId Id, string Name, string Kind, ImmutableArray<string> Roles, DateTimeOffset Created, bool HasPassword)
    {
        public static PersonAnswer Of(PersonView person) => new(person.Id, person.Name, person.Kind, person.Roles, person.Created, person.HasPassword);
    }
}
