namespace Orleans.Dpo.Samples.FilmReviews.Grammar;

/// <summary>The words. Numbers are polarities in the unit of the hidden reward before scaling.</summary>
internal static class Lexicon
{
    /// <summary>Lean of a whole group: good against bad words at odds exp(1.3·tilt) (2 · .55 · 1.18 = 1.3).</summary>
    public const double GroupLean = 1.18;

    public static string[] Companions { get; } =
    [
        "my sister", "my brother", "my wife", "my husband", "my neighbour", "my parents", "my daughter", "my son", "my cousin", "my flatmate",
        "my grandmother", "a old friend", "a colleague", "two friends", "a friend from work",
    ];

    public static string[] Occasions { get; } =
    [
        "last night", "yesterday", "on Sunday", "last week", "at a small festival", "on opening night", "on a long flight", "during the holidays",
        "after a long day", "at the open air cinema", "on a rainy afternoon", "at home",
    ];

    public static string[] Tones { get; } =
    [
        "French", "Japanese", "Scottish", "Italian", "short", "long", "independent", "black and white", "old fashioned", "low budget", "recent",
        "silent", "modern", "animated",
    ];

    public static string[] Genres { get; } =
    [
        "comedy", "drama", "thriller", "documentary", "western", "musical", "mystery", "war film", "fantasy film", "road movie", "crime film",
        "horror film", "family film", "spy film",
    ];

    public static string[] Topics { get; } =
    [
        "a young baker", "a chess player", "a small village", "a lighthouse keeper", "a night train", "a missing letter", "a retired detective",
        "a jazz band", "a stolen painting", "a lonely teacher", "a mountain rescue", "a family farm", "a bank robbery", "a old sailor",
        "a travelling circus", "a court case", "a long winter", "two rival cooks", "three sisters", "a secret garden",
    ];

    public static string[] SingularAspects { get; } =
    [
        "acting", "plot", "camera work", "first half", "second half", "ending", "script", "dialogue", "pacing", "soundtrack", "direction",
        "editing", "love story", "setting", "lighting", "main character", "cast", "opening scene", "sound design", "humour", "music",
    ];

    public static string[] PluralAspects { get; } =
    [
        "jokes", "fight scenes", "songs", "side characters", "special effects", "costumes", "locations", "twists", "action scenes",
        "flashbacks", "characters", "dream scenes",
    ];

    public static (string Word, double Polarity)[] Good { get; } =
    [
        ("fine", .5), ("pleasant", .6), ("good", .8), ("lively", .9), ("fresh", 1), ("warm", 1), ("honest", 1), ("sharp", 1.1), ("clever", 1.2),
        ("charming", 1.3), ("funny", 1.3), ("original", 1.4), ("touching", 1.5), ("memorable", 1.6), ("gripping", 1.8),
    ];

    public static (string Word, double Polarity)[] Bad { get; } =
    [
        ("predictable", -.6), ("slow", -.7), ("dated", -.8), ("thin", -.8), ("flat", -.9), ("tired", -.9), ("forced", -1), ("confusing", -1),
        ("clumsy", -1.1), ("lazy", -1.2), ("bad", -1.3), ("dull", -1.4), ("boring", -1.5), ("annoying", -1.6), ("painful", -1.8),
    ];

    public static (string Word, double Polarity)[] StrongGood { get; } =
    [
        ("gorgeous", 2.3), ("wonderful", 2.4), ("superb", 2.5), ("brilliant", 2.6), ("outstanding", 2.7), ("splendid", 2.8), ("perfect", 3),
    ];

    public static (string Word, double Polarity)[] StrongBad { get; } =
    [
        ("hopeless", -2), ("awful", -2.2), ("terrible", -2.3), ("dreadful", -2.5), ("horrible", -2.6), ("unbearable", -2.8), ("atrocious", -3),
    ];

    /// <summary>Verb phrases with the form after "it", the form after "they" (and after "does not"), and the polarity.</summary>
    public static (string Singular, string Plural, double Polarity)[] VerbPhrases { get; } =
    [
        ("works beautifully", "work beautifully", 2), ("shines", "shine", 1.8), ("stays with you", "stay with you", 1.6),
        ("keeps you guessing", "keep you guessing", 1.4), ("hits the mark", "hit the mark", 1.3), ("makes you smile", "make you smile", 1.3),
        ("rings true", "ring true", 1.2), ("lifts the mood", "lift the mood", 1.2), ("holds your attention", "hold your attention", 1.1),
        ("surprises you", "surprise you", 1), ("deserves praise", "deserve praise", 1.5), ("misses the mark", "miss the mark", -1.2),
        ("falls flat", "fall flat", -1.4), ("drags", "drag", -1.5), ("goes nowhere", "go nowhere", -1.5), ("makes no sense", "make no sense", -1.6),
        ("ruins the mood", "ruin the mood", -1.6), ("falls apart", "fall apart", -1.7), ("tests your patience", "test your patience", -1.8),
        ("gets on your nerves", "get on your nerves", -1.9), ("wastes your time", "waste your time", -2), ("puts you to sleep", "put you to sleep", -2.5),
    ];

    public static (string Word, double Factor)[] VerbAdverbs { get; } =
        [("often", .8), ("sometimes", .5), ("always", 1.2), ("really", 1.3), ("never", -.9), ("rarely", -.6)];

    public static (string Word, double Polarity)[] Feelings { get; } =
    [
        ("amused", 1), ("charmed", 1.4), ("touched", 1.5), ("moved", 1.7), ("thrilled", 2), ("confused", -1), ("sleepy", -1.2),
        ("exhausted", -1.3), ("annoyed", -1.4), ("bored", -1.6), ("disappointed", -1.8),
    ];

    public static (string Sentence, double Polarity)[] Reactions { get; } =
    [
        ("I laughed until it hurt", 2.4), ("I smiled all the way home", 2.2), ("I wanted to clap at the end", 2.1), ("I forgot about the time", 1.8),
        ("I wiped away a tear", 1.4), ("I did not laugh once", -1.2), ("I checked my watch twice", -1.4), ("I did not care about anyone in it", -1.6),
        ("I lost interest after ten minutes", -1.7), ("I nearly fell asleep", -1.8), ("I wanted to leave early", -2),
    ];

    public static string[] GladAdverbs { get; } = ["luckily", "happily", "best of all"];

    public static string[] SadAdverbs { get; } = ["sadly", "unfortunately", "worst of all"];

    public static string[] PlainAdverbs { get; } = ["in the end", "to be honest", "for me", "on the whole"];

    public static (string Sentence, double Polarity)[] Endings { get; } =
    [
        ("do not miss it", 2.4), ("it is worth every minute", 2.2), ("I would watch it again tomorrow", 2), ("tell everyone about it", 1.9),
        ("I hope they make another one", 1.7), ("I am still thinking about it", 1.5), ("it deserves a second viewing", 1.4), ("see it with friends", 1.1),
        ("fans of the genre will enjoy it", 1), ("give it a chance", .9), ("it will do for a rainy evening", .4), ("it passes the time", .3),
        ("not a classic , but not a waste of time either", .2), ("once is enough", -.5), ("wait until it is free", -.8), ("I expected more", -.9),
        ("I would not watch it again", -1.3), ("stay at home instead", -1.5), ("it is not worth the ticket", -1.6), ("save your money", -1.7),
        ("skip it", -1.8), ("even fans of the genre will be disappointed", -1.9), ("a waste of time", -2.4),
    ];
}
