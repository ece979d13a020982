namespace Orleans.Dpo.Grains.Datasets;

/// <summary>State of a version.</summary>
public enum VersionState
{
    /// <summary>Cut, not yet readable.</summary>
    Building,

    /// <summary>Readable for ever.</summary>
    Published,

    /// <summary>Could not be built; the reason is kept.</summary>
    Failed,

    /// <summary>Deleted: number, identity and reason stay, rows do not.</summary>
    Deleted,
}
