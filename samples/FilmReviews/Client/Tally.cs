namespace Orleans.Dpo.Samples.FilmReviews.Client;

/// <summary>What annotators did.</summary>
/// <param name="Judged">Verdicts stored.</param>
/// <param name="Counted">Of these, verdicts that filled a slot.</param>
/// <param name="Decided">Verdicts for one side.</param>
/// <param name="Right">Of these, verdicts for the side with the higher hidden reward.</param>
internal readonly record struct Tally(int Judged, int Counted, int Decided, int Right)
{
    public static Tally operator +(Tally left, Tally right)
        => new(left.Judged + right.Judged, left.Counted + right.Counted, left.Decided + right.Decided, left.Right + right.Right);
}
