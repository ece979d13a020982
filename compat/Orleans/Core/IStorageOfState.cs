namespace Orleans.Core;

/// <summary>Typed <see cref="IStorage"/>.</summary>
public interface IStorage<TState> : IStorage
{
    /// <summary>The state in memory. A failed write leaves it as it is.</summary>
    TState State { get; set; }
}
