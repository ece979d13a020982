using System.Security.Claims;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Silo.Api;
using Orleans.Dpo.Silo.Erasure;
using Orleans.Dpo.Silo.Hosting;
using Orleans.Dpo.Silo.Telemetry;

namespace Orleans.Dpo.Silo.Auth;

/// <summary>Wires sign-in: a cookie for people, a bearer key for programs, closed by default.</summary>
internal static class AuthSetup
{
    public const string SignInLimit = "signin";
    private const string AnyScheme = "any";
    private static readonly TimeSpan s_recheck = TimeSpan.FromMinutes(1);

    public static WebApplicationBuilder AddAuth(this WebApplicationBuilder builder, SiloOptions options)
    {
        var services = builder.Services;
        services.AddSingleton<KeyRing>();
        services.AddSingleton<FirstAdministrator>();
        services.AddSingleton<IPasswordHasher<PersonView>, PasswordHasher<PersonView>>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, AccessProblems>();
        var keys = Directory.CreateDirectory(Path.Combine(options.Data, "_system", "keys"));
        services.AddDataProtection().SetApplicationName("Orleans.Dpo").PersistKeysToFileSystem(keys);
        services.AddAuthentication(AnyScheme)
            .AddPolicyScheme(AnyScheme, null, any => any.ForwardDefaultSelector = context =>
                context.Request.Headers.Authorization.Count > 0 ? ApiKeyHandler.SchemeName : CookieAuthenticationDefaults.AuthenticationScheme)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.SchemeName, null)
            .AddCookie(CookieAuthenticationDefaults.AuthenticationScheme, Cookie);
        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.OnRejected = (context, _) => new ValueTask(
                ProblemMap.Problem(ProblemCodes.TooManyRequests, "Wait a minute before the next attempt to sign in.").ExecuteAsync(context.HttpContext));
            limiter.AddPolicy(SignInLimit, context => RateLimitPartition.GetFixedWindowLimiter(
                context.Connection.RemoteIpAddress?.ToString() ?? "local",
                _ => new FixedWindowRateLimiterOptions { PermitLimit = 20, Window = TimeSpan.FromMinutes(1), QueueLimit = 0 }));
        });
        return builder;
    }

    public static WebApplication UseAuth(this WebApplication app)
    {
        app.UseMiddleware<RequestMeter>();
        app.UseMiddleware<SecurityHeaders>();
        app.UseMiddleware<ProblemMiddleware>();
        app.UseStaticFiles();
        app.UseRouting();
        app.UseAuthentication();
        app.UseMiddleware<OriginCheck>();
        app.UseRateLimiter();
        app.UseAuthorization();
        app.UseMiddleware<IdempotencyMiddleware>();
        return app;
    }

    private static void Cookie(CookieAuthenticationOptions cookie)
    {
        cookie.Cookie.Name = "odpo";
        cookie.Cookie.HttpOnly = true;
        cookie.Cookie.SameSite = SameSiteMode.Lax;
        cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        cookie.ExpireTimeSpan = TimeSpan.FromDays(14);
        cookie.SlidingExpiration = true;
        cookie.LoginPath = "/signin";
        cookie.Events.OnValidatePrincipal = RecheckAsync;
    }

    // A person who was removed, or whose roles changed, notices within a minute of the next request.
    private static async Task RecheckAsync(CookieValidatePrincipalContext context)
    {
        const string checkedAt = "checked";
        if (AnnotatorId.TryParse(context.Principal?.FindFirstValue(Caller.PersonClaim), out var who) && context.HttpContext.RequestServices.GetRequiredService<PersonErasure>().IsErased(who))
        {
            context.RejectPrincipal();
            return;
        }

        var now = context.HttpContext.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        if (context.Properties.Items.TryGetValue(checkedAt, out var text)
            && DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var last) && now - last < s_recheck)
        {
            return;
        }

        var id = context.Principal?.FindFirstValue(Caller.PersonClaim);
        var person = AnnotatorId.TryParse(id, out var annotator)
            ? await context.HttpContext.RequestServices.GetRequiredService<IGrainFactory>().GetGrain<IPeopleGrain>("_").GetAsync(annotator, context.HttpContext.RequestAborted)
            : null;
        if (person is null)
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
            return;
        }

        context.Properties.Items[checkedAt] = now.ToString("O", System.Globalization.CultureInfo.InvariantCulture);
        context.ReplacePrincipal(Caller.Principal(person, CookieAuthenticationDefaults.AuthenticationScheme));
        context.ShouldRenew = true;
    }
}
