using Orleans.Runtime;

namespace Orleans;

/// <summary>Makes references. Making one never activates the grain.</summary>
public interface IGrainFactory
{
    /// <summary>A reference by string key. ArgumentException where no class, or more than one, implements the interface, or the key is blank.</summary>
    TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null) where TGrainInterface : IGrainWithStringKey;
    /// <summary>A reference by string key to an interface known only at run time.</summary>
    IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey);
    /// <summary>A reference by full id.</summary>
    TGrainInterface GetGrain<TGrainInterface>(GrainId grainId) where TGrainInterface : IAddressable;
    /// <summary>An untyped reference by full id; cast it before calling.</summary>
    IAddressable GetGrain(GrainId grainId);
}
