namespace Orleans.Dpo.Trainer.Recipes;

/// <summary>Sums over rows, so that means weigh every row alike, in a ragged last step too.</summary>
/// <param name="Rows">Pairs, or tokens where the loss is a mean over tokens.</param>
/// <param name="Loss">Sum of losses.</param>
/// <param name="Right">Pairs with a positive margin.</param>
/// <param name="Margin">Sum of reward margins.</param>
internal sealed record EpochSums(double Rows, double Loss, double Right, double Margin)
{
    public double MeanLoss() => Rows == 0 ? 0 : Loss / Rows;

    public double Accuracy() => Rows == 0 ? 0 : Right / Rows;

    public double MeanMargin() => Rows == 0 ? 0 : Margin / Rows;

    public EpochSums Plus(EpochSums other) => new(Rows + other.Rows, Loss + other.Loss, Right + other.Right, Margin + other.Margin);
}
