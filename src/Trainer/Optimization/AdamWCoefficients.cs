namespace Orleans.Dpo.Trainer.Optimization;

/// <summary>Numbers of one AdamW update.</summary>
/// <param name="GradientScale">Factor on the gradient.</param>
/// <param name="Beta1">Decay of the mean.</param>
/// <param name="Beta2">Decay of the squares.</param>
/// <param name="Epsilon">Added to the denominator after bias correction.</param>
/// <param name="Decay">1 − learning rate · weight decay.</param>
/// <param name="StepSize">Learning rate / (1 − β₁ᵗ).</param>
/// <param name="SquareRootCorrection">√(1 − β₂ᵗ).</param>
internal readonly record struct AdamWCoefficients(
    float GradientScale, float Beta1, float Beta2, float Epsilon, float Decay, float StepSize, float SquareRootCorrection);
