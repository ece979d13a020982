using Orleans.Dpo.Silo.Api;

namespace Orleans.Dpo.Silo.Auth;

/// <summary>Refuses unsafe requests that a browser sent with our cookie from another site. Programs with keys are not asked; SameSite=Lax is the second fence.</summary>
internal sealed class OriginCheck(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        var safe = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method);
        var withCookie = Caller.Of(context.User).Via == "cookie" || request.Path.StartsWithSegments("/signin");
        return safe || !withCookie || IsOurs(request)
            ? next(context)
            : ProblemMap.Problem(ProblemCodes.CrossOrigin, "Unsafe calls with a cookie need an Origin header of this very site; programs use an API key instead.").ExecuteAsync(context);
    }

    private static bool IsOurs(HttpRequest request)
    {
        if (request.Headers.Origin is { Count: > 0 } origin)
        {
            return Uri.TryCreate(origin.ToString(), UriKind.Absolute, out var from)
                && string.Equals(from.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase);
        }

        return request.Headers["Sec-Fetch-Site"].ToString() is "same-origin";
    }
}
