using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>One vote, as the joint model sees it: eight bytes.</summary>
/// <param name="Item">Index of the pair.</param>
/// <param name="Annotator">Index of the annotator.</param>
/// <param name="Choice">A, B, Tie or BothBad, in canonical order.</param>
/// <param name="AOnLeft">A was shown on the left.</param>
public readonly record struct JointJudgment(int Item, int Annotator, Choice Choice, bool AOnLeft)
{
    private readonly uint _said = ((uint)Annotator << 4) | (AOnLeft ? 8u : 0) | (uint)Choice;

    /// <summary>Index of the pair.</summary>
    public int Item { get; init; } = Item;

    /// <summary>Index of the annotator, below 2²⁸.</summary>
    public int Annotator
    {
        get => (int)(_said >> 4);
        init => _said = ((uint)value << 4) | (_said & 15);
    }

    /// <summary>A, B, Tie or BothBad, in canonical order.</summary>
    public Choice Choice
    {
        get => (Choice)(_said & 7);
        init => _said = (_said & ~7u) | (uint)value;
    }

    /// <summary>A was shown on the left.</summary>
    public bool AOnLeft
    {
        get => (_said & 8) != 0;
        init => _said = (_said & ~8u) | (value ? 8u : 0);
    }
}
