using System.Globalization;

namespace Orleans.Dpo.Silo.Api;

/// <summary>Keys under which grains create things once.</summary>
internal static class CreationKeys
{
    /// <summary>The request's Idempotency-Key, or a new one for a request without.</summary>
    public static string Of(HttpRequest request) =>
        request.Headers[IdempotencyMiddleware.Header] is { Count: 1 } key ? $"api:{key}" : $"api:{Guid.NewGuid():N}";

    public static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
