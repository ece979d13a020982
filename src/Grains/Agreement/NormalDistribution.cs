namespace Orleans.Dpo.Grains.Agreement;

/// <summary>Tails of the standard normal distribution.</summary>
internal static class NormalDistribution
{
    private const double InverseRootTwoPi = 0.3989422804014327;

    /// <summary>P(Z &gt; z). A series below 3 (Abramowitz and Stegun 26.2.11), Laplace's continued fraction above (26.2.14); relative error below 1e-12.</summary>
    public static double Upper(double z)
    {
        if (z < 0)
        {
            return 1 - Upper(-z);
        }

        var density = InverseRootTwoPi * DeterministicMath.Exp(-0.5 * z * z);
        if (z < 3)
        {
            var term = z;
            var sum = z;
            for (var n = 3; n < 80; n += 2)
            {
                term *= z * z / n;
                sum += term;
            }

            return 0.5 - (density * sum);
        }

        var fraction = z;
        for (var n = 150; n > 0; n--)
        {
            fraction = z + (n / fraction);
        }

        return density / fraction;
    }
}
