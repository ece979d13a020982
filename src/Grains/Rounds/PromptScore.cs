namespace Orleans.Dpo.Grains.Rounds;

/// <summary>The result on one prompt.</summary>
/// <param name="Wins">Judgments for the candidate.</param>
/// <param name="Losses">Judgments for the opponent.</param>
/// <param name="Ties">Ties, both-bad, and identical texts.</param>
public readonly record struct PromptScore(int Wins, int Losses, int Ties)
{
    /// <summary>Mean of the judgments.</summary>
    public double Score => (Wins + (0.5 * Ties)) / (Wins + Losses + Ties);
}
