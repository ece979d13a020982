namespace Orleans;

/// <summary>How long activations of this class may be idle: the sum of the parts.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class CollectionAgeLimitAttribute : Attribute
{
    /// <summary>Days of the limit.</summary>
    public double Days { get; set; }
    /// <summary>Hours of the limit.</summary>
    public double Hours { get; set; }
    /// <summary>Minutes of the limit.</summary>
    public double Minutes { get; set; }
    /// <summary>Never collect.</summary>
    public bool AlwaysActive { get; set; }

    internal TimeSpan AgeLimit => AlwaysActive ? TimeSpan.MaxValue : TimeSpan.FromDays(Days) + TimeSpan.FromHours(Hours) + TimeSpan.FromMinutes(Minutes);
}
