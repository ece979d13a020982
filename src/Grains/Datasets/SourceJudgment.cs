using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>One judgment.</summary>
/// <param name="Seq">Its sequence number.</param>
/// <param name="Time">Server time.</param>
/// <param name="Event">What was said.</param>
/// <param name="IsLive">Neither superseded nor withdrawn by the version's positions.</param>
public sealed record SourceJudgment(long Seq, DateTimeOffset Time, JudgmentRecorded Event, bool IsLive);
