namespace Orleans.Dpo.Grains.Datasets;

/// <summary>Makes one verdict of a pair's votes. A result for a name and version never changes: a golden hash in the tests pins it.</summary>
public interface IAggregator
{
    /// <summary>Name and version, such as <c>majority/1</c>.</summary>
    string Name { get; }

    /// <summary>The votes on one pair tell how much a vote on another is worth: <see cref="JointPosteriors"/> of all of them are needed.</summary>
    bool NeedsPosteriors { get; }

    /// <summary>The verdict on a pair. The order of the votes does not change it.</summary>
    /// <param name="votes">Its votes.</param>
    /// <param name="posterior">Posterior probability that A is better; ½ when none was needed.</param>
    Aggregate Of(PairVotes votes, double posterior);
}
