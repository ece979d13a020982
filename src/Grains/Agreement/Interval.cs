namespace Orleans.Dpo.Grains.Agreement;

/// <summary>A percentile interval.</summary>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
public readonly record struct Interval(double Low, double High)
{
    /// <summary>The 95 % interval of resampled numbers: the values at ranks ⌊0.025·n⌋ and ⌈0.975·n⌉ − 1 of the sorted ones. Null below 40 numbers.</summary>
    internal static Interval? Of(double[] resampled, int count)
    {
        if (count < 40)
        {
            return null;
        }

        Array.Sort(resampled, 0, count);
        return new(resampled[count / 40], resampled[count - 1 - (count / 40)]);
    }
}
