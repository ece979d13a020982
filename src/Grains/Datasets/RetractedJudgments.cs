using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>Which judgments are retracted up to a version's positions. Of each judgment the latest word counts, in whatever order they come.</summary>
internal sealed class RetractedJudgments
{
    private readonly Dictionary<JudgmentId, (long Seq, bool Out)> _latest = [];
    private readonly HashSet<JudgmentId> _surplus = [];

    public void Take(long seq, LedgerEvent happened)
    {
        switch (happened)
        {
            case JudgmentRetracted retracted:
                Take(retracted.Judgment, seq, isOut: true);
                break;
            case JudgmentReinstated reinstated:
                Take(reinstated.Judgment, seq, isOut: false);
                if (!reinstated.Counted)
                {
                    _surplus.Add(reinstated.Judgment);
                }

                break;
        }
    }

    public bool IsOut(JudgmentId judgment) => _latest.TryGetValue(judgment, out var latest) && latest.Out;

    /// <summary>The judgment as it counts: one that came back when its slot was taken is surplus.</summary>
    public JudgmentRecorded AsCounted(JudgmentRecorded recorded) => _surplus.Contains(recorded.Id) ? recorded with { Counted = false } : recorded;

    private void Take(JudgmentId judgment, long seq, bool isOut)
    {
        if (!_latest.TryGetValue(judgment, out var known) || known.Seq < seq)
        {
            _latest[judgment] = (seq, isOut);
        }
    }
}
