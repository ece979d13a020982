namespace Orleans.Dpo.Silo.Api;

/// <summary>Codes that only the HTTP edge gives; the others are <see cref="Grains.Refusals.RefusalCodes"/>.</summary>
internal static class ProblemCodes
{
    /// <summary>No such call.</summary>
    public const string UnknownRoute = "unknown-route";

    /// <summary>The address exists, but not with this method.</summary>
    public const string MethodNotAllowed = "method-not-allowed";

    /// <summary>No such file in a version, policy or claim.</summary>
    public const string UnknownFile = "unknown-file";

    /// <summary>No such import, or none that ended.</summary>
    public const string UnknownImport = "unknown-import";

    /// <summary>No such key or person.</summary>
    public const string UnknownPerson = "unknown-person";

    /// <summary>The body is larger than the call takes.</summary>
    public const string TooLarge = "too-large";

    /// <summary>The content type is not one the call takes.</summary>
    public const string UnsupportedMediaType = "unsupported-media-type";

    /// <summary>An unsafe call with a cookie that did not come from our own pages.</summary>
    public const string CrossOrigin = "cross-origin";

    /// <summary>Too many attempts to sign in.</summary>
    public const string TooManyRequests = "too-many-requests";

    /// <summary>If-Match is missing.</summary>
    public const string IfMatchRequired = "if-match-required";

    /// <summary>The bytes do not have the declared SHA-256.</summary>
    public const string BadHash = "bad-hash";

    /// <summary>The server failed; the log has the trace id.</summary>
    public const string Internal = "internal";
}
