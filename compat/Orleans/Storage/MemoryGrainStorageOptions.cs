namespace Orleans.Configuration;

/// <summary>Options of the in-memory storage provider.</summary>
public sealed class MemoryGrainStorageOptions
{
    /// <summary>Accepted for source compatibility; the stand-in keeps one table.</summary>
    public int NumStorageGrains { get; set; } = 10;
}
