using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>A storage provider. It sets State, ETag and RecordExists of what it is handed.</summary>
public interface IGrainStorage
{
    /// <summary>Reads; a missing record leaves a new state, a null ETag and RecordExists false.</summary>
    Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);
    /// <summary>Writes if the ETag is still the stored one, else throws <see cref="InconsistentStateException"/>.</summary>
    Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);
    /// <summary>Deletes if the ETag is still the stored one, else throws <see cref="InconsistentStateException"/>.</summary>
    Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);
}
