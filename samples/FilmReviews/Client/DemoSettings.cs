namespace Orleans.Dpo.Samples.FilmReviews.Client;

/// <summary>The project's settings: the values at which this demo was measured (models/film-reviews-tiny/recipe).</summary>
internal static class DemoSettings
{
    /// <summary>Prompts added at the start: a fifth is held out, each round of 400 pairs uses others of the rest.</summary>
    public const int Prompts = 2400;

    private const string Guideline = """
        Which review would you rather read? Prefer the one that speaks well of the film, reads as natural English, and does not contradict itself.
        A review that breaks off, repeats itself or makes no sense is worse than one that is dull.
        """;

    public static object Create(RunOptions options) => new
    {
        Title = "Film reviews",
        Guideline,
        Overlap = 1,
        TestShare = .2,
        Generation = new { Automatic = false, Pairs = PairsFor(options.Judgments), Samples = 2, Temperature = 1, TopP = .95, MaxNewTokens = 56, Seed = (long)options.Seed },
        Rounds = new
        {
            JudgmentsTrigger = 0,
            Reference = "pi0",
            Training = options.IsStrict ? ManyJudgments(options) : FewJudgments(options),
            Gate = new { Profile = options.IsStrict ? "strict" : "trial", Prompts = options.GatePrompts, Overlap = 1, SamplesPerPrompt = 2 },
        },
        Datasets = new { Aggregation = "majority/1", Replay = .5 },
    };

    /// <summary>A few pairs more than votes wanted: identical and unfinished responses make no pair.</summary>
    public static int PairsFor(int judgments) => (int)Math.Ceiling(judgments / .96);

    private static object ManyJudgments(RunOptions options) => new
    {
        Loss = "sigmoid", Beta = .5, LearningRate = 3e-4, WarmupShare = .1, FinalLearningRateShare = .1, Epochs = 2, BatchSize = 16, MaxLength = 128, Seed = (long)options.Seed,
    };

    private static object FewJudgments(RunOptions options) => new
    {
        Loss = "sigmoid", Beta = .3, LearningRate = 3e-4, WarmupShare = .1, FinalLearningRateShare = .1, Epochs = 10, BatchSize = 8, MaxLength = 128, Seed = (long)options.Seed,
    };
}
