namespace Orleans.Dpo.Samples.FilmReviews;

/// <summary>What simulated annotators like: praise, whole sentences, connectors that fit, no rambling. About mean 0 and deviation 1 over the start policy's texts.</summary>
internal static class HiddenReward
{
    public const double Centre = .1;
    public const double Deviation = 3.3;
    public const double UngrammaticalCost = .5;
    public const double IncoherentCost = .25;
    public const double CostPerWord = .02;
    public const int FreeWords = 30;

    public static double Of(string prompt, string response) => Of(ReviewParser.Score(ReviewParser.Join(prompt, response)));

    public static double Of(ReviewScore score)
        => ((score.Polarity + Centre) / Deviation)
            - (score.Grammatical ? 0 : UngrammaticalCost)
            - (score.Incoherent ? IncoherentCost : 0)
            - (CostPerWord * Math.Max(0, score.Words - FreeWords));
}
