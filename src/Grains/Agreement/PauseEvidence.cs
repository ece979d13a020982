namespace Orleans.Dpo.Grains.Agreement;

/// <summary>What tells for or against pausing an annotator.</summary>
/// <param name="GoldRight">Right gold answers.</param>
/// <param name="GoldWrong">Wrong ones.</param>
/// <param name="LogEvidence">Logarithm of their e-value.</param>
/// <param name="Joint">Reliability; null without votes.</param>
/// <param name="Votes">Votes since the last pause was lifted.</param>
/// <param name="IsPaused">Is paused already.</param>
public readonly record struct PauseEvidence(int GoldRight, int GoldWrong, double LogEvidence, JointAnnotator? Joint, int Votes, bool IsPaused);
