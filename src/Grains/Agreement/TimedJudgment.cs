namespace Orleans.Dpo.Grains.Agreement;

/// <summary>How long a judgment took.</summary>
/// <param name="Annotator">Index of the annotator.</param>
/// <param name="Language">Index of the language.</param>
/// <param name="Words">Words of the prompt and both responses.</param>
/// <param name="ActiveMilliseconds">Visible-tab time; 0 or less where it was not measured.</param>
public readonly record struct TimedJudgment(int Annotator, int Language, int Words, long ActiveMilliseconds);
