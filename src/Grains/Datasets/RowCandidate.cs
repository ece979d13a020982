namespace Orleans.Dpo.Grains.Datasets;

/// <summary>What the choice among rows has to know of one.</summary>
/// <param name="Key">The pair.</param>
/// <param name="Prompt">Its prompt.</param>
/// <param name="Texts">Hash of prompt and both texts, in either order; 0 when duplicates are allowed.</param>
/// <param name="Votes">How many votes it has.</param>
/// <param name="Fate">Train, Earlier or Test.</param>
/// <param name="CanReplay">It lies in a window that is replayed.</param>
internal readonly record struct RowCandidate(UInt128 Key, UInt128 Prompt, UInt128 Texts, int Votes, RowFate Fate, bool CanReplay)
{
    public static RowCandidate Of(PlannedRow planned, Recipe recipe)
    {
        var (source, texts) = (planned.Row.Source, planned.Row.Texts);
        var (one, other) = string.CompareOrdinal(texts.A.Text, texts.B.Text) < 0 ? (texts.A.Text, texts.B.Text) : (texts.B.Text, texts.A.Text);
        return new(
            PairVotes.KeyOf(source.Pair.Id),
            UInt128.Parse(source.Pair.Prompt.Value.AsSpan(3), System.Globalization.NumberStyles.AllowHexSpecifier, null),
            recipe.Options.Dedup ? Number($"{source.Pair.Prompt}\n{one.Length}\n{one}{other}") : 0,
            planned.Votes.Length, planned.Fate,
            recipe.ReplayWindows.IsEmpty || planned.Votes.Any(vote => recipe.ReplayWindows.Any(window => window.Holds(source.Shard, vote.Seq))));
    }

    private static UInt128 Number(string text) => UInt128.Parse(Formats.ContentHash.Hex(text).AsSpan(0, 32), System.Globalization.NumberStyles.AllowHexSpecifier, null);
}
