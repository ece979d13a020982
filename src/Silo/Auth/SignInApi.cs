using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Silo.Api;

namespace Orleans.Dpo.Silo.Auth;

/// <summary>Sign-in of people: a one-time link, or name and password. The page behind a link (GET /signin, in the UI) only asks; its button posts here and uses the link up, so previews of mail programs do not.</summary>
internal static partial class SignInApi
{
    /// <summary>The page at the same address answers every method; a form that is posted is ours.</summary>
    private const int BeforePages = -1;

    public static IEndpointRouteBuilder MapSignIn(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/signin", SignInAsync).WithOrder(BeforePages).Describe("signin", "Signs a person in by one-time token, or by name and password (form fields).").ForEveryone()
            .ExcludeFromDescription().RequireRateLimiting(AuthSetup.SignInLimit);
        routes.MapPost("/signout", (Delegate)SignOutAsync).Describe("signout", "Signs out.").ForAnyone().ExcludeFromDescription();
        return routes;
    }

    private static async Task<IResult> SignInAsync(HttpContext context, IGrainFactory grains, IPasswordHasher<PersonView> hasher, CancellationToken cancellationToken)
    {
        if (!context.Request.HasFormContentType)
        {
            return ProblemMap.Problem(ProblemCodes.UnsupportedMediaType, "Send a form with token, or with name and password.");
        }

        var form = await context.Request.ReadFormAsync(cancellationToken);
        var people = grains.GetGrain<IPeopleGrain>("_");
        var person = form["token"] is { Count: > 0 } token
            ? await ByLinkAsync(people, token, cancellationToken)
            : await ByPasswordAsync(people, hasher, form["name"].ToString(), form["password"].ToString(), cancellationToken);
        if (person is not null)
        {
            var scheme = CookieAuthenticationDefaults.AuthenticationScheme;
            await context.SignInAsync(scheme, Caller.Principal(person, scheme), new AuthenticationProperties { IsPersistent = true });
            return TypedResults.LocalRedirect(LocalReturn(form["returnUrl"]));
        }

        return context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal)
            ? TypedResults.LocalRedirect($"/signin?failed=1&ReturnUrl={Uri.EscapeDataString(LocalReturn(form["returnUrl"]))}")
            : ProblemMap.Problem(RefusalCodes.UnknownCredential, "The link was used or has expired, or name and password do not match.");
    }

    /// <summary>Signs out, and gives back what the person held, so that nobody waits for leases of someone who left. Where that fails, the leases lapse.</summary>
    private static async Task<IResult> SignOutAsync(
        HttpContext context, IGrainFactory grains, PairDealer dealer, ILogger<PairDealer> logger, CancellationToken cancellationToken)
    {
        try
        {
            await ReleaseAllAsync(context, grains, dealer, cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogNotReleased(logger, failure);
        }

        await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        return TypedResults.LocalRedirect("/signin");
    }

    private static async Task ReleaseAllAsync(HttpContext context, IGrainFactory grains, PairDealer dealer, CancellationToken cancellationToken)
    {
        if (Caller.Of(context.User).Person is { } person)
        {
            foreach (var id in await grains.GetGrain<IProjectsGrain>("_").ListAsync(cancellationToken))
            {
                if (await grains.GetGrain<IProjectGrain>(id.Value).GetAsync(cancellationToken) is { } project)
                {
                    await dealer.ReleaseAsync(project, person, cancellationToken);
                }
            }
        }
    }

    private static async Task<PersonView?> ByLinkAsync(IPeopleGrain people, string? token, CancellationToken cancellationToken) =>
        Secret.HashOf(token, Secret.LinkPrefix) is { } hash ? (await people.UseLinkAsync(hash, cancellationToken)).Value : null;

    private static async Task<PersonView?> ByPasswordAsync(
        IPeopleGrain people, IPasswordHasher<PersonView> hasher, string name, string password, CancellationToken cancellationToken)
    {
        var nobody = new PersonView { Id = default, Name = "", Kind = "person" };
        var person = await people.FindAsync(name, cancellationToken);
        var stored = person is { HasPassword: true } ? await people.GetPasswordHashAsync(person.Id, cancellationToken) : null;

        // An unknown name takes as long as a known one with a wrong password.
        var verified = hasher.VerifyHashedPassword(person ?? nobody, stored ?? s_dummy.Value, password);
        return stored is not null && verified is not PasswordVerificationResult.Failed ? person : null;
    }

    private static readonly Lazy<string> s_dummy = new(() => new PasswordHasher<PersonView>().HashPassword(
        new() { Id = default, Name = "", Kind = "person" }, Guid.NewGuid().ToString()));

    [LoggerMessage(3020, LogLevel.Warning, "Leases of someone who signed out were not released; they lapse")]
    private static partial void LogNotReleased(ILogger logger, Exception failure);

    /// <summary>Only a path of this site; anything else becomes the front page.</summary>
    internal static string LocalReturn(string? path) =>
        path is { Length: > 0 and < 2000 } && path[0] == '/' && !path.StartsWith("//", StringComparison.Ordinal) && !path.Contains('\\') && !path.Any(char.IsControl)
            ? path : "/";
}
