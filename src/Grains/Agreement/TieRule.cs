namespace Orleans.Dpo.Grains.Agreement;

/// <summary>What a tie is to <see cref="BradleyTerry"/>.</summary>
public enum TieRule
{
    /// <summary>Half a win for each side.</summary>
    Half,

    /// <summary>An outcome with a weight ν of its own (Davidson 1970).</summary>
    Davidson,
}
