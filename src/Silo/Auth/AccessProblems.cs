using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Silo.Api;

namespace Orleans.Dpo.Silo.Auth;

/// <summary>Answers what authorization refused: problems for programs, the sign-in page for people who only asked for a page.</summary>
internal sealed class AccessProblems : IAuthorizationMiddlewareResultHandler
{
    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded)
        {
            return next(context);
        }

        if (authorizeResult.Challenged && WantsPage(context.Request))
        {
            context.Response.Redirect($"/signin?ReturnUrl={Uri.EscapeDataString(context.Request.Path + context.Request.QueryString)}");
            return Task.CompletedTask;
        }

        if (authorizeResult.Challenged)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return ProblemMap.Problem(RefusalCodes.UnknownCredential, "Send Authorization: Bearer with an API key, or sign in. The key is missing, wrong or revoked.").ExecuteAsync(context);
        }

        var needed = context.GetEndpoint()?.Metadata.GetMetadata<AllowedRoles>()?.Names ?? [];
        var roles = needed.Count == 0 ? Roles.Admin : string.Join(" or ", needed);
        return ProblemMap.Problem(RefusalCodes.MissingRole, $"This needs the role {roles}; ask an administrator.").ExecuteAsync(context);
    }

    private static bool WantsPage(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && !request.Path.StartsWithSegments("/api") && request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal);
}
