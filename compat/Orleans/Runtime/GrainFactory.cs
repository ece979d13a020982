namespace Orleans.Runtime;

/// <summary>Makes references that call through one endpoint.</summary>
internal sealed class GrainFactory(Func<GrainTypes> types, ICallRuntime endpoint, IServiceProvider services) : IClusterClient
{
    public IServiceProvider ServiceProvider => services;
    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null) where TGrainInterface : IGrainWithStringKey =>
        (TGrainInterface)(object)Create(typeof(TGrainInterface), primaryKey, grainClassNamePrefix);

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey) => (IGrain)Create(grainInterfaceType, grainPrimaryKey, null);
    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId) where TGrainInterface : IAddressable =>
        (TGrainInterface)(object)endpoint.CreateReference(grainId, typeof(TGrainInterface));

    public IAddressable GetGrain(GrainId grainId) => new GrainReference(grainId, null, endpoint);
    private GrainReference Create(Type interfaceType, string key, string? prefix)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        return endpoint.CreateReference(GrainId.Create(types().Resolve(interfaceType, prefix).GrainType, key), interfaceType);
    }
}
