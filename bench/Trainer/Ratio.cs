namespace Orleans.Dpo.Bench.Trainer;

/// <summary>Ratios of neighbouring blocks: their median and a bootstrap 95 % interval of it.</summary>
internal static class Ratio
{
    /// <param name="name">What is measured.</param>
    /// <param name="above">Numerators, block by block.</param>
    /// <param name="below">Denominators of the same blocks.</param>
    /// <param name="target">The bound in words, and whether median and interval meet it.</param>
    /// <param name="note">Shape of the work.</param>
    public static object Row(string name, IReadOnlyList<double> above, IReadOnlyList<double> below, (string Text, Func<double, double, bool> Holds) target, string note)
    {
        double[] ratios = [.. above.Zip(below, (a, b) => a / b)];
        var random = new Random(1);
        double[] medians = [.. Enumerable.Range(0, 4000).Select(_ => Median([.. ratios.Select(_ => ratios[random.Next(ratios.Length)])])).Order()];
        var (median, low, high) = (Median(ratios), medians[100], medians[3899]);
        return new
        {
            name,
            ratio = Math.Round(median, 3),
            interval95 = new[] { Math.Round(low, 3), Math.Round(high, 3) },
            blocks = ratios.Length,
            above = Math.Round(Median(above), 3),
            below = Math.Round(Median(below), 3),
            target = target.Text,
            pass = target.Holds(median, low),
            note,
        };
    }

    public static double Median(IReadOnlyList<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
