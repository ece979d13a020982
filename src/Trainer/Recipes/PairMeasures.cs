namespace Orleans.Dpo.Trainer.Recipes;

/// <summary>Sums over the pairs of a step, and what each pair gave, in the order of the step's rows.</summary>
internal sealed class PairMeasures
{
    private readonly List<(float ChosenReward, float RejectedReward, float ChosenLogp, float RejectedLogp)> _each = [];

    public double ChosenReward { get; private set; }

    public double RejectedReward { get; private set; }

    public double ChosenLogp { get; private set; }

    public double RejectedLogp { get; private set; }

    public double Right { get; private set; }

    public IReadOnlyList<(float ChosenReward, float RejectedReward, float ChosenLogp, float RejectedLogp)> Each => _each;

    public void Add(float chosenReward, float rejectedReward, float chosenLogp, float rejectedLogp)
    {
        ChosenReward += chosenReward;
        RejectedReward += rejectedReward;
        ChosenLogp += chosenLogp;
        RejectedLogp += rejectedLogp;
        Right += chosenReward > rejectedReward ? 1 : 0;
        _each.Add((chosenReward, rejectedReward, chosenLogp, rejectedLogp));
    }
}
