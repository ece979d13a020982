using System.Globalization;

namespace Orleans;

/// <summary>How long activations of this class may be idle.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class CollectionAgeLimitAttribute : Attribute
{
    /// <summary>Set by <see cref="Days"/>, <see cref="Hours"/> and <see cref="Minutes"/>.</summary>
    public CollectionAgeLimitAttribute()
    {
    }

    /// <summary>A time written "hh:mm:ss".</summary>
    public CollectionAgeLimitAttribute(string timeSpan)
    {
        var age = TimeSpan.Parse(timeSpan, CultureInfo.InvariantCulture);
        (Days, Hours, Minutes) = (0, 0, age.TotalMinutes);
    }

    /// <summary>Days of the limit.</summary>
    public double Days { get; set; }

    /// <summary>Hours of the limit.</summary>
    public double Hours { get; set; }

    /// <summary>Minutes of the limit.</summary>
    public double Minutes { get; set; }

    /// <summary>Never collect.</summary>
    public bool AlwaysActive { get; set; }

    /// <summary>The whole limit.</summary>
    public TimeSpan AgeLimit => AlwaysActive ? TimeSpan.MaxValue : TimeSpan.FromDays(Days) + TimeSpan.FromHours(Hours) + TimeSpan.FromMinutes(Minutes);
}
