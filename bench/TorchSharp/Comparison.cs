using System.Text.Json;

namespace Orleans.Dpo.Bench.TorchSharp;

/// <summary>Two series of measurements as one row: medians, their ratio, and a bootstrap interval of it.</summary>
internal static class Comparison
{
    public static JsonSerializerOptions Format { get; } = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static object Row(string name, string what, List<double> ours, string peer, List<double> theirs, double bound)
    {
        var ratio = Median(ours) / Median(theirs);
        var random = new Random(1);
        var ratios = Enumerable.Range(0, 2000).Select(_ => Median(Resample(ours, random)) / Median(Resample(theirs, random))).Order().ToArray();
        return new
        {
            name,
            what,
            value = Math.Round(Median(ours), 1),
            unit = name.EndsWith("training", StringComparison.Ordinal) ? "CPU ns/step" : "CPU ns/op",
            peer = $"{peer} {Math.Round(Median(theirs), 1)}",
            ratio = Math.Round(ratio, 3),
            ratioCi = new[] { Math.Round(ratios[50], 3), Math.Round(ratios[1949], 3) },
            target = $"<= {bound}",
            pass = ratio <= bound,
        };
    }

    private static double Median(List<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static List<double> Resample(List<double> values, Random random) => values.ConvertAll(_ => values[random.Next(values.Count)]);
}
