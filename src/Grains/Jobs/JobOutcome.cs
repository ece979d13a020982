namespace Orleans.Dpo.Grains.Jobs;

/// <summary>How a claim ended.</summary>
public enum JobOutcome
{
    /// <summary>Results are uploaded.</summary>
    Done,

    /// <summary>Failed for a reason that another attempt will not mend.</summary>
    Failed,

    /// <summary>Failed in a way that another attempt may mend (out of memory, killed).</summary>
    Retry,

    /// <summary>Cancelled as ordered.</summary>
    Cancelled,

    /// <summary>Given back unfinished because the worker was told to stop; costs no attempt.</summary>
    Returned,
}
