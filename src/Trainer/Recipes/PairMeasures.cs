namespace Orleans.Dpo.Trainer.Recipes;

/// <summary>Sums over the pairs of a step.</summary>
internal sealed class PairMeasures
{
    public double ChosenReward { get; private set; }

    public double RejectedReward { get; private set; }

    public double ChosenLogp { get; private set; }

    public double RejectedLogp { get; private set; }

    public double Right { get; private set; }

    public void Add(float chosenReward, float rejectedReward, float chosenLogp, float rejectedLogp)
    {
        ChosenReward += chosenReward;
        RejectedReward += rejectedReward;
        ChosenLogp += chosenLogp;
        RejectedLogp += rejectedLogp;
        Right += chosenReward > rejectedReward ? 1 : 0;
    }
}
