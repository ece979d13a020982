using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Orleans.Dpo.Silo.Telemetry;

/// <summary>Collects our meters and the runtime's, and writes them as Prometheus text. Kept small on purpose: counters, gauges, histograms with fixed bounds.</summary>
internal sealed class MetricsListener : IDisposable
{
    private static readonly double[] s_bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60];
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<(Instrument Instrument, string Labels), Series> _series = new();

    // The same series by the tags as they are given, so that the text of the labels is made once.
    private readonly ConcurrentDictionary<TagKey, Series> _byTags = new();

    public MetricsListener()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name.StartsWith("Orleans.Dpo", StringComparison.Ordinal) || instrument.Meter.Name is "System.Runtime")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>All series as text.</summary>
    public string Expose()
    {
        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var group in _series.GroupBy(s => s.Key.Instrument).OrderBy(g => g.Key.Name, StringComparer.Ordinal))
        {
            var name = NameOf(group.Key);
            var kind = KindOf(group.Key);
            text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {Escape(group.Key.Description ?? "")}\n# TYPE {name} {kind}\n");
            foreach (var (key, series) in group.OrderBy(s => s.Key.Labels, StringComparer.Ordinal))
            {
                series.Write(text, name, key.Labels);
            }
        }

        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.Length > TagKey.Most)
        {
            Find(instrument, tags).Record(value);
            return;
        }

        var key = new TagKey(instrument, tags.Length > 0 ? tags[0] : default, tags.Length > 1 ? tags[1] : default, tags.Length > 2 ? tags[2] : default);
        if (!_byTags.TryGetValue(key, out var series))
        {
            _byTags.TryAdd(key, series = Find(instrument, tags));
        }

        series.Record(value);
    }

    private Series Find(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _series.GetOrAdd((instrument, LabelsOf(tags)), static key => KindOf(key.Instrument) switch
        {
            "histogram" => new HistogramSeries(),
            "counter" when key.Instrument.GetType().Name.StartsWith("Counter", StringComparison.Ordinal) => new SumSeries(),
            _ when key.Instrument.GetType().Name.StartsWith("UpDownCounter", StringComparison.Ordinal) => new SumSeries(),
            _ => new LastSeries(),
        });

    private static string KindOf(Instrument instrument)
    {
        var type = instrument.GetType().Name;
        return type.StartsWith("Histogram", StringComparison.Ordinal) ? "histogram"
            : type.StartsWith("Counter", StringComparison.Ordinal) || type.StartsWith("ObservableCounter", StringComparison.Ordinal) ? "counter" : "gauge";
    }

    private static string NameOf(Instrument instrument)
    {
        var name = instrument.Name.Replace('.', '_').Replace('-', '_');
        return KindOf(instrument) == "counter" && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    private static string LabelsOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in tags)
        {
            text.Append(text.Length == 0 ? "" : ",").Append(name.Replace('.', '_')).Append("=\"")
                .Append(Escape(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")).Append('"');
        }

        return text.ToString();
    }

    private static string Escape(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private readonly record struct TagKey(Instrument Instrument, KeyValuePair<string, object?> First, KeyValuePair<string, object?> Second, KeyValuePair<string, object?> Third)
    {
        public const int Most = 3;

        // The default compares and hashes pairs by reflection.
        public bool Equals(TagKey other) => Instrument == other.Instrument && Same(First, other.First) && Same(Second, other.Second) && Same(Third, other.Third);

        public override int GetHashCode() => HashCode.Combine(Instrument, First.Value, Second.Value, Third.Value);

        private static bool Same(in KeyValuePair<string, object?> one, in KeyValuePair<string, object?> other) => one.Key == other.Key && Equals(one.Value, other.Value);
    }

    private abstract class Series
    {
        public abstract void Record(double value);

        public abstract void Write(StringBuilder text, string name, string labels);

        protected static void Line(StringBuilder text, string name, string labels, double value) =>
            text.Append(name).Append(labels.Length == 0 ? "" : "{" + labels + "}").Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }

    private sealed class LastSeries : Series
    {
        private double _value;

        public override void Record(double value) => Volatile.Write(ref _value, value);

        public override void Write(StringBuilder text, string name, string labels) => Line(text, name, labels, Volatile.Read(ref _value));
    }

    private sealed class SumSeries : Series
    {
        private readonly Lock _lock = new();
        private double _sum;

        public override void Record(double value)
        {
            lock (_lock)
            {
                _sum += value;
            }
        }

        public override void Write(StringBuilder text, string name, string labels)
        {
            lock (_lock)
            {
                Line(text, name, labels, _sum);
            }
        }
    }

    private sealed class HistogramSeries : Series
    {
        private readonly Lock _lock = new();
        private readonly long[] _counts = new long[s_bounds.Length + 1];
        private double _sum;

        public override void Record(double value)
        {
            var bucket = Array.FindIndex(s_bounds, bound => value <= bound);
            lock (_lock)
            {
                _counts[bucket < 0 ? s_bounds.Length : bucket]++;
                _sum += value;
            }
        }

        public override void Write(StringBuilder text, string name, string labels)
        {
            lock (_lock)
            {
                var separator = labels.Length == 0 ? "" : ",";
                var below = 0L;
                for (var i = 0; i < _counts.Length; i++)
                {
                    below += _counts[i];
                    var bound = i < s_bounds.Length ? s_bounds[i].ToString("R", CultureInfo.InvariantCulture) : "+Inf";
                    Line(text, name + "_bucket", $"{labels}{separator}le=\"{bound}\"", below);
                }

                Line(text, name + "_sum", labels, _sum);
                Line(text, name + "_count", labels, below);
            }
        }
    }
}
