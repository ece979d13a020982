namespace Orleans.Dpo.Silo.Telemetry;

/// <summary>Measures every request by its route.</summary>
internal sealed class RequestMeter(RequestDelegate next, TimeProvider time)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var began = time.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            SiloMeters.RequestSeconds.Record(
                time.GetElapsedTime(began).TotalSeconds,
                new("method", context.Request.Method), new("route", SiloMeters.RouteOf(context)), new("status", context.Response.StatusCode));
        }
    }
}
