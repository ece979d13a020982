namespace Orleans.Dpo.Trainer.Modeling.Adapters;

/// <summary>What an adapter adds to its projection.</summary>
internal enum AdapterMode
{
    /// <summary>The matrices being trained.</summary>
    On,

    /// <summary>The matrices as they were attached.</summary>
    Start,

    /// <summary>Nothing.</summary>
    Off,
}
