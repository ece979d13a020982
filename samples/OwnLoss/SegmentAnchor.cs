namespace Orleans.Dpo.Samples.OwnLoss;

/// <summary>What holds the scores of segments in place while their difference is learned.</summary>
public enum SegmentAnchor
{
    /// <summary>−(s⁺ + s_ref⁺) + (s_ref⁻ + s⁻). Not bounded below, and the reference has no gradient in it: shown because it is met in the wild, not to be used.</summary>
    Linear,

    /// <summary>log(e^{−(s⁺+s_ref⁺)} + e^{s_ref⁻+s⁻}). The reference weighs the two terms against each other.</summary>
    LogSumExp,

    /// <summary>max(0, τ − s⁺) + max(0, s⁻ + τ). Zero once both sides are τ away from 0.</summary>
    Hinge,
}
