using Orleans.Runtime;
using Orleans.Storage;

namespace Orleans.Dpo.Compat.Tests.Orleans;

/// <summary>A store whose writes fail with a plain exception; keys with "conflict" fail with a version conflict.</summary>
internal sealed class FaultyStorage : IGrainStorage
{
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        Journal.Of(grainId.Key.ToString()!).Add($"read {stateName}");
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        grainId.Key.ToString()!.StartsWith("conflict", StringComparison.Ordinal)
            ? throw new InconsistentStateException("changed since", "stored-7", "current-6")
            : throw new IOException("the disk is full");

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Task.CompletedTask;
}
