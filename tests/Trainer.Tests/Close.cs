namespace Orleans.Dpo.Trainer.Tests;

/// <summary>Compares numbers with a tolerance relative to their size where that exceeds 1.</summary>
internal static class Close
{
    public static void To(IReadOnlyList<double> expected, IReadOnlyList<float> actual, double tolerance = 1e-5)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (var i = 0; i < expected.Count; i++)
        {
            Assert.True(
                Math.Abs(expected[i] - actual[i]) <= tolerance * Math.Max(1, Math.Abs(expected[i])),
                $"Number {i} is {actual[i]:R}, expected is {expected[i]:R}.");
        }
    }

    public static void To(IReadOnlyList<float> expected, IReadOnlyList<float> actual, double tolerance = 1e-5) =>
        To([.. expected.Select(value => (double)value)], actual, tolerance);

    public static void To(double expected, double actual, double tolerance = 1e-5) => To([expected], [(float)actual], tolerance);
}
