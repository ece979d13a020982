namespace Orleans.Dpo.Grains.Agreement;

/// <summary>How one judgment's time compares with what is usual for its length, its language and its annotator.</summary>
/// <param name="Z">Standardised residual of log time; null where time was not measured.</param>
/// <param name="IsTooFast">z below −2.5 and believed under the false discovery rate.</param>
public readonly record struct TimingFlag(double? Z, bool IsTooFast);
