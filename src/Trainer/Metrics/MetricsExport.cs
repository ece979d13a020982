using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using Orleans.Dpo.Grains.Formats;

namespace Orleans.Dpo.Trainer.Metrics;

/// <summary>Sends the numbers of a run to an OpenTelemetry collector where the usual variables name one; otherwise does nothing.</summary>
/// <remarks>Endpoint, protocol, headers, interval and service name are the SDK's own variables (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c>, <c>OTEL_METRIC_EXPORT_INTERVAL</c>, …).</remarks>
internal sealed class MetricsExport : IDisposable
{
    private const string MeterName = "Orleans.Dpo.Trainer";
    private static readonly string[] s_endpoints = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"];
    private readonly Meter _meter = new(MeterName);
    private readonly MeterProvider _provider;
    private readonly Dictionary<string, Gauge<double>> _gauges = new(StringComparer.Ordinal);

    private MetricsExport(IEnumerable<KeyValuePair<string, string>> run) => _provider = Sdk.CreateMeterProviderBuilder()
        .ConfigureResource(resource => resource.AddService("orleans-dpo-trainer").AddTelemetrySdk().AddEnvironmentVariableDetector()
            .AddAttributes(run.Select(entry => KeyValuePair.Create($"run.{entry.Key}", (object)entry.Value))))
        .AddMeter(MeterName)
        .AddOtlpExporter()
        .Build();

    /// <returns>The export, or null when no collector is named.</returns>
    public static MetricsExport? Start(IEnumerable<KeyValuePair<string, string>> run) =>
        s_endpoints.Any(name => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name))) ? new MetricsExport(run) : null;

    public void Record(JobMetrics metrics)
    {
        foreach (var (name, value) in Values(metrics))
        {
            if (!_gauges.TryGetValue(name, out var gauge))
            {
                _gauges[name] = gauge = _meter.CreateGauge<double>(name);
            }

            gauge.Record(value);
        }
    }

    /// <summary>Sends what has not been sent; a collector that is away costs a few seconds and no run.</summary>
    public void Dispose()
    {
        _provider.ForceFlush(5000);
        _provider.Dispose();
        _meter.Dispose();
    }

    /// <summary>The line's names with points for slashes, behind <c>trainer.</c>.</summary>
    private static IEnumerable<(string Name, double Value)> Values(JobMetrics metrics)
    {
        var line = System.Text.Json.JsonSerializer.SerializeToElement(metrics, JobJson.Line);
        foreach (var member in line.EnumerateObject())
        {
            if (member.Value.ValueKind is System.Text.Json.JsonValueKind.Number)
            {
                yield return ($"trainer.{member.Name.Replace('/', '.')}", member.Value.GetDouble());
            }
        }
    }
}
