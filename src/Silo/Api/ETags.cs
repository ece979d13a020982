using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Orleans.Dpo.Silo.Api;

/// <summary>ETags in headers: quoted on the way out, exactly one strong one on the way in.</summary>
internal static class ETags
{
    public static void Write(HttpResponse response, string etag) => response.Headers.ETag = $"\"{etag}\"";

    /// <summary>The ETag of If-Match, or the problem of a request without one.</summary>
    public static ProblemHttpResult? TryReadIfMatch(HttpRequest request, out string etag)
    {
        etag = "";
        if (request.GetTypedHeaders().IfMatch is [{ IsWeak: false } one] && one != EntityTagHeaderValue.Any)
        {
            etag = one.Tag.Value!.Trim('"');
            return null;
        }

        return ProblemMap.Problem(ProblemCodes.IfMatchRequired, "Send If-Match with the one ETag that GET answered.");
    }
}
