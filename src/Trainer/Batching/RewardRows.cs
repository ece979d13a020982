using Orleans.Dpo.Trainer.Failures;

namespace Orleans.Dpo.Trainer.Batching;

/// <summary>Reads rows that say which answers are worth more: rankings, or pairs, which are rankings of two. Only pairs can have margins.</summary>
internal static class RewardRows
{
    public static RowSet<RankedRow> Read(string file, SequenceEncoder encoder, int maxLength, bool margins)
    {
        if (RankedRows.Are(file))
        {
            return margins
                ? throw TrainerException.BadInput($"{file} has rankings, which have no margins; leave margin out of the row fields.")
                : RankedRows.Read(file, encoder, maxLength);
        }

        var pairs = PreferenceRows.Read(file, encoder, maxLength, new RowFields(Margin: margins));
        return new RowSet<RankedRow>(
            new RowView<PreferencePair, RankedRow>(pairs.Rows, pair => new RankedRow(pair.Line, pair.PairId, pair.PromptId, [pair.Chosen, pair.Rejected]) { Margin = pair.Margin }),
            pairs.TooLong);
    }
}
