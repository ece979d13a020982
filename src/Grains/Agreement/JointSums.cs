namespace Orleans.Dpo.Grains.Agreement;

/// <summary>Expected gradient and information of one annotator's votes; the tie members are with respect to τ = ln ν.</summary>
internal struct JointSums
{
    /// <summary>−∂²/∂(a, b, c)².</summary>
    public Symmetric3 Information;

    /// <summary>∂/∂a.</summary>
    public double A;

    /// <summary>∂/∂b.</summary>
    public double B;

    /// <summary>∂/∂c, which is also the votes' part of ∂/∂γ.</summary>
    public double C;

    /// <summary>−∂²/∂a∂τ.</summary>
    public double TieA;

    /// <summary>−∂²/∂b∂τ.</summary>
    public double TieB;

    /// <summary>−∂²/∂c∂τ.</summary>
    public double TieC;

    /// <summary>∂/∂τ.</summary>
    public double Tie;

    /// <summary>−∂²/∂τ².</summary>
    public double TieInformation;
}
