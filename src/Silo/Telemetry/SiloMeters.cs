using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Orleans.Dpo.Silo.Telemetry;

/// <summary>The host's own measures and activities. Labels are routes, outcomes and kinds, never ids or names.</summary>
internal static class SiloMeters
{
    public const string MeterName = "Orleans.Dpo.Silo";

    private static readonly Meter s_meter = new(MeterName);

    /// <summary>One activity a judgment, round step and checkpoint.</summary>
    public static ActivitySource Activities { get; } = new("Orleans.Dpo");

    public static Histogram<double> RequestSeconds { get; } = s_meter.CreateHistogram<double>("dpo.http.request.seconds", "s", "Seconds from request to answer, by route, method and status.");

    public static Counter<long> Judgments { get; } = s_meter.CreateCounter<long>("dpo.judgments", null, "Judgments by status and whether they count.");

    public static Histogram<double> JudgmentSeconds { get; } = s_meter.CreateHistogram<double>("dpo.judgment.seconds", "s", "Seconds until a judgment was durable or refused.");

    public static Counter<long> Leases { get; } = s_meter.CreateCounter<long>("dpo.leases", null, "Pairs leased.");

    public static Counter<long> EmptyLeases { get; } = s_meter.CreateCounter<long>("dpo.leases.empty", null, "Lease requests that found nothing, by reason.");

    public static Counter<long> WorkerBytes { get; } = s_meter.CreateCounter<long>("dpo.worker.bytes", "By", "Bytes uploaded by workers.");

    public static Counter<long> JobEnds { get; } = s_meter.CreateCounter<long>("dpo.jobs.ended", null, "Ended claims by kind and outcome.");

    /// <summary>The route's pattern, so that ids never become labels.</summary>
    public static string RouteOf(HttpContext context) => (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "unmatched";
}
