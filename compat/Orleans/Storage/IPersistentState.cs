using Orleans.Core;

namespace Orleans.Runtime;

/// <summary>State injected by <see cref="PersistentStateAttribute"/>; loaded before OnActivateAsync.</summary>
public interface IPersistentState<TState> : IStorage<TState>;
