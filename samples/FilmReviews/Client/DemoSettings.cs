namespace Orleans.Dpo.Samples.FilmReviews.Client;

/// <summary>The project's settings: the values at which this demo was measured (docs/loop.md).</summary>
internal static class DemoSettings
{
    /// <summary>One shard hands pairs out in one order, so a seed gives every simulated person the same pairs in each run.</summary>
    public const int Shards = 1;

    /// <summary>Judgments after which a person's round starts.</summary>
    public const int HumanTrigger = 24;

    private const int HumanPairs = 48;
    private const int FewestPrompts = 2400;

    private const string Guideline = """
        Which review would you rather read? Prefer the one that speaks well of the film, reads as natural English, and does not contradict itself.
        A review that breaks off, repeats itself or makes no sense is worse than one that is dull.
        """;

    private const string OwnGuideline = "Which answer is better? Prefer the one that helps more, is right, and does not repeat itself.";

    /// <summary>Prompts drawn at the start: a fifth is held out, and each round's pairs are written on others of the rest.</summary>
    public static int PromptsFor(RunOptions options)
        => Math.Max(FewestPrompts, (int)Math.Ceiling(options.Rounds * ((1.15 * options.Judgments) + 2) / (1 - options.TestShare) * 1.05));

    /// <summary>For simulated rounds: nothing starts by itself.</summary>
    public static object Simulated(RunOptions options) => Settings(
        options,
        new { Automatic = false, Pairs = options.Judgments, Samples = 2, Temperature = 1, TopP = .95, MaxNewTokens = TokensOf(options), Seed = (long)options.Seed },
        trigger: 0,
        options.IsStrict ? ManyJudgments(options) : FewJudgments(options),
        strict: options.IsStrict);

    /// <summary>For a person: pairs are written when few are left, a third of them old against new, and 24 judgments start a round.</summary>
    public static object Human(RunOptions options) => Settings(
        options,
        new
        {
            Automatic = true, Pairs = HumanPairs, Samples = 2, Temperature = 1, TopP = .95, MaxNewTokens = TokensOf(options), OldNewShare = .3, LowWater = 20,
            Seed = (long)options.Seed,
        },
        HumanTrigger,
        FewJudgments(options),
        strict: false,
        repeats: .025);

    /// <summary>Most tokens of a response.</summary>
    public static int TokensOf(RunOptions options) => options.Prompts is null ? 56 : Math.Min(128, options.Positions / 2);

    private static object Settings(RunOptions options, object generation, int trigger, object training, bool strict, double repeats = 0) => new
    {
        Title = options.Prompts is null ? "Film reviews" : "Own prompts",
        Guideline = options.Prompts is null ? Guideline : OwnGuideline,
        Overlap = 1,
        options.TestShare,

        // Whoever is simulated is asked nothing twice: which leases are repeats is drawn by chance, and a run with a seed is the same every time.
        Assignment = new { RepeatShare = repeats },
        Generation = generation,
        Rounds = new
        {
            JudgmentsTrigger = trigger,
            Reference = "pi0",
            Training = training,
            Gate = new { Profile = strict ? "strict" : "trial", Prompts = options.GatePrompts, Overlap = options.Annotators > 1 ? 2 : 1, SamplesPerPrompt = 2 },
        },
        Datasets = new { Aggregation = "majority/1", Replay = .5 },
    };

    private static object ManyJudgments(RunOptions options) => Training(options, epochs: 3, batch: 16);

    private static object FewJudgments(RunOptions options) => Training(options, epochs: 5, batch: 8);

    // β 1: with less, some rounds leave the grammar and the guards reject them (docs/loop.md).
    // One thread: two are no faster on a model of this size, and the same number gives the same weights everywhere.
    private static object Training(RunOptions options, int epochs, int batch) => new
    {
        Loss = "sigmoid", Beta = 1, LearningRate = 3e-4, WarmupShare = .1, FinalLearningRateShare = .1, Epochs = epochs, BatchSize = batch,
        MaxLength = options.Prompts is null ? 128 : Math.Min(512, options.Positions), Seed = (long)options.Seed, Threads = 1,
    };
}
