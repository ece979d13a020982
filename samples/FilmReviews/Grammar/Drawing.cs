namespace Orleans.Dpo.Samples.FilmReviews.Grammar;

/// <summary>A text in the making: its words so far, what it spoke of, and where chance comes from.</summary>
internal sealed class Drawing(Draws draws)
{
    public Draws Draws => draws;

    public List<string> Words { get; } = [];

    public ulong Subjects { get; set; }

    /// <summary>Takes words and subjects back to an earlier state, to draw again.</summary>
    public void Rewind(int words, ulong subjects)
    {
        Words.RemoveRange(words, Words.Count - words);
        Subjects = subjects;
    }
}
