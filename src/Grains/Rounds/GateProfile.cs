namespace Orleans.Dpo.Grains.Rounds;

/// <summary>Which rule decides.</summary>
public enum GateProfile
{
    /// <summary>Win rates with intervals, and guards.</summary>
    Strict,

    /// <summary>Guards only.</summary>
    Trial,
}
