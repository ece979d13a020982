using System.Collections.Immutable;
using System.Security.Claims;
using Orleans.Dpo.Grains.Annotators;

namespace Orleans.Dpo.Silo.Auth;

/// <summary>Who calls: a person by cookie, or a key, which may act for a person.</summary>
/// <param name="Id">The person's id (<c>an_…</c>), or the key's (<c>key_…</c>) when it acts for nobody.</param>
/// <param name="Name">For pages.</param>
/// <param name="Roles">Roles.</param>
/// <param name="Via">cookie or key.</param>
/// <param name="Person">The annotator, or null for keys that act for nobody.</param>
internal sealed record Caller(string Id, string Name, ImmutableArray<string> Roles, string Via, AnnotatorId? Person)
{
    public const string ViaClaim = "via";
    public const string PersonClaim = "person";

    /// <summary>Not bound to judge blind: may name pairs by their ids.</summary>
    public bool MaySeeIds => IsAdmin || Roles.Contains(Auth.Roles.Operator) || Roles.Contains(Auth.Roles.Researcher);

    public bool IsAdmin => Roles.Contains(Auth.Roles.Admin);

    /// <summary>Binds an endpoint's parameter; endpoints that take a caller need one signed in.</summary>
    public static ValueTask<Caller> BindAsync(HttpContext context) => ValueTask.FromResult(Of(context.User));

    public static Caller Of(ClaimsPrincipal user) => new(
        user.FindFirstValue(ClaimTypes.NameIdentifier) ?? "",
        user.Identity?.Name ?? "",
        [.. user.FindAll(ClaimTypes.Role).Select(c => c.Value)],
        user.FindFirstValue(ViaClaim) ?? "",
        AnnotatorId.TryParse(user.FindFirstValue(PersonClaim), out var person) ? person : null);

    /// <summary>The principal of a person, as the cookie keeps it.</summary>
    public static ClaimsPrincipal Principal(PersonView person, string scheme) =>
        Principal(person.Id.Value, person.Name, person.Roles, "cookie", person.Id, scheme);

    public static ClaimsPrincipal Principal(string id, string name, IEnumerable<string> roles, string via, AnnotatorId? person, string scheme)
    {
        var claims = new List<Claim> { new(ClaimTypes.NameIdentifier, id), new(ClaimTypes.Name, name), new(ViaClaim, via) };
        claims.AddRange(roles.Select(role => new Claim(ClaimTypes.Role, role)));
        if (person is { } annotator)
        {
            claims.Add(new(PersonClaim, annotator.Value));
        }

        return new(new ClaimsIdentity(claims, scheme, ClaimTypes.Name, ClaimTypes.Role));
    }
}
