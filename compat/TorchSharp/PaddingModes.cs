namespace TorchSharp;

/// <summary>What fills the padding.</summary>
public enum PaddingModes
{
    /// <summary>A value.</summary>
    Constant = 0,
    /// <summary>The tensor mirrored.</summary>
    Reflect = 1,
    /// <summary>The edge repeated.</summary>
    Replicate = 2,
    /// <summary>The other end.</summary>
    Circular = 3,
}
