namespace Orleans.Dpo.Grains.Agreement;

/// <summary>What the distance of two ratings is.</summary>
public enum RatingScale
{
    /// <summary>0 or 1.</summary>
    Nominal,

    /// <summary>How many ratings lie between, by rank.</summary>
    Ordinal,

    /// <summary>The difference of the values.</summary>
    Interval,
}
