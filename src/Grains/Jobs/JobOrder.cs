namespace Orleans.Dpo.Grains.Jobs;

/// <summary>What a worker is to do.</summary>
public enum JobOrder
{
    /// <summary>Go on.</summary>
    Continue,

    /// <summary>Stop the child and report cancelled.</summary>
    Cancel,
}
