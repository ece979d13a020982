using Orleans.Runtime;

namespace Orleans;

/// <summary>Identity of grains and of references to them.</summary>
public static class GrainExtensions
{
    /// <summary>The id behind a grain instance or a reference.</summary>
    public static GrainId GetGrainId(this IAddressable grain) => grain switch
    {
        GrainReference reference => reference.GrainId,
        IGrainBase instance => instance.GrainContext.GrainId,
        null => throw new ArgumentNullException(nameof(grain)),
        _ => throw new ArgumentException($"{grain.GetType().FullName} is neither a grain nor a grain reference.", nameof(grain)),
    };

    /// <summary>The string key.</summary>
    public static string GetPrimaryKeyString(this IAddressable grain) => grain.GetGrainId().Key.ToString();
    /// <summary>A reference to this grain through the interface <typeparamref name="TGrainInterface"/>.</summary>
    public static TGrainInterface AsReference<TGrainInterface>(this IAddressable grain) where TGrainInterface : IAddressable => grain switch
    {
        GrainReference reference => reference.Cast<TGrainInterface>(),
        IGrainBase instance => instance.GrainContext.GrainReference.Cast<TGrainInterface>(),
        null => throw new ArgumentNullException(nameof(grain)),
        _ => throw new ArgumentException($"{grain.GetType().FullName} is neither a grain nor a grain reference.", nameof(grain)),
    };

    /// <summary>The same grain seen through another of its interfaces.</summary>
    public static TGrainInterface Cast<TGrainInterface>(this IAddressable grain) where TGrainInterface : IAddressable => grain.AsReference<TGrainInterface>();
}
