namespace Orleans.Concurrency;

/// <summary>Up to a number of activations share one id.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class StatelessWorkerAttribute : Attribute
{
    /// <summary>As many as there are processors.</summary>
    public StatelessWorkerAttribute() => MaxLocalWorkers = Environment.ProcessorCount;
    /// <summary>At most a number.</summary>
    public StatelessWorkerAttribute(int maxLocalWorkers) => MaxLocalWorkers = maxLocalWorkers;
    /// <summary>The most activations of one id.</summary>
    public int MaxLocalWorkers { get; }
}
