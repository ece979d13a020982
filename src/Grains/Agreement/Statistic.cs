namespace Orleans.Dpo.Grains.Agreement;

/// <summary>A number, or the reason why there is none. Never NaN.</summary>
public sealed record Statistic
{
    /// <summary>The number, or null.</summary>
    public double? Value { get; private init; }

    /// <summary>Why there is no number, as a sentence; null when there is one.</summary>
    public string? Undefined { get; private init; }

    /// <summary>How many units (items, or pairs of ratings) it rests on.</summary>
    public int Units { get; private init; }

    /// <summary>95 % interval, if one was asked for and resamples gave enough numbers.</summary>
    public Interval? Interval { get; init; }

    /// <summary>A number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not finite.</exception>
    public static Statistic Of(double value, int units)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(double.IsFinite(value), true, nameof(value));
        return new() { Value = value, Units = units };
    }

    /// <summary>No number.</summary>
    public static Statistic None(string why, int units) => new() { Undefined = why, Units = units };
}
