namespace Orleans.Concurrency;

/// <summary>A promise that a value is not changed any more: it is shared instead of copied.</summary>
[GenerateSerializer]
public readonly struct Immutable<T>(T value)
{
    /// <summary>The value.</summary>
    [Id(0)]
    public readonly T Value = value;
}
