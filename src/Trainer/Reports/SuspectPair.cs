namespace Orleans.Dpo.Trainer.Reports;

/// <summary>A pair whose answers may be the wrong way round.</summary>
/// <param name="Line">Its line in the row file.</param>
/// <param name="Pair">Its id.</param>
/// <param name="Score">Mean distance of its margins from the median of the pairs met at the same time, in robust standard deviations; the lower, the more suspect.</param>
/// <param name="Visits">Visits that counted.</param>
/// <param name="MeanMargin">Mean margin over them.</param>
/// <param name="LastMargin">Margin at the last of them.</param>
internal sealed record SuspectPair(int Line, string Pair, double Score, int Visits, double MeanMargin, double LastMargin);
