namespace Orleans.Dpo.Samples.FilmReviews.Grammar;

/// <summary>The sentences of a review. An opening has a neutral beginning, of which prompts are made, and an opinion after it.</summary>
internal static class ReviewGrammar
{
    /// <summary>The bit of "I was bored" and its like, so that a text has one of them.</summary>
    public const ulong FeelingSubject = 1UL << 63;

    private static readonly Choice s_companion = Neutral(Lexicon.Companions);
    private static readonly Choice s_occasion = Neutral(Lexicon.Occasions);
    private static readonly Choice s_tone = Neutral(Lexicon.Tones);
    private static readonly Choice s_genre = Neutral(Lexicon.Genres);
    private static readonly Choice s_topic = Neutral(Lexicon.Topics);

    public static Rule Feeling { get; } = Feelings();

    public static Rule Clause { get; } = Clauses();

    /// <summary>Openings as weight, neutral beginning and opinion; the last one has no opinion.</summary>
    public static (double Weight, Rule Beginning, Rule? Opinion)[] Openings { get; } =
    [
        (1.4, new Sequence(new Phrase("I watched this with"), s_companion, s_occasion, new Phrase(", and")), Clause),
        (1, new Sequence(new Phrase("I watched this"), s_genre, s_occasion, new Phrase(", and")), Clause),
        (2.2, new Sequence(new Phrase("this"), s_tone, s_genre, new Phrase("about"), s_topic), PredicateGrammar.Singular),
        (1.2, new Sequence(new Phrase("in this"), s_genre, new Phrase("about"), s_topic, new Phrase(",")), Clause),
        (.8, new Sequence(new Phrase("for a"), s_tone, s_genre, new Phrase(",")), Clause),
        (1, new Sequence(s_companion, new Phrase("picked this"), s_genre, s_occasion, new Phrase(", and")), Feeling),
        (.9, new Sequence(new Phrase("I saw this"), s_tone, s_genre, s_occasion, new Phrase(", and")), Feeling),
        (.5, new Sequence(new Phrase("a"), s_tone, s_genre, new Phrase("about"), s_topic), null),
    ];

    public static Rule Opening { get; } = Choice.Of(
        [.. Openings.Select(o => (o.Weight, o.Opinion is null ? o.Beginning : new Sequence(o.Beginning, o.Opinion)))]);

    /// <summary>A sentence between opening and ending; the first has no feeling, for texts that have one already.</summary>
    public static Rule BodyWithoutFeeling { get; } = Body(feelingWeight: 0);

    public static Rule BodyWithFeeling { get; } = Body(feelingWeight: 22);

    public static Rule Ending { get; } = new Choice([.. Lexicon.Endings.Select(e => new Phrase(e.Sentence, e.Polarity))]);

    private static Choice Body(double feelingWeight)
    {
        var and = new Sequence(Clause, new Phrase(", and"), Clause) { Fits = p => p[0] * p[2] >= 0 };
        var but = new Sequence(Clause, new Phrase(", but"), Clause) { Fits = p => p[0] * p[2] < 0 };
        var although = new Sequence(new Phrase("although"), Clause, new Phrase(","), Clause) { Fits = p => p[1] * p[3] < 0 };
        (double, Rule)[] sentences =
        [
            (30, Clause),
            (14, and),
            (8, but),
            (6, although),
            (20, new Choice(
                Adverbial(Lexicon.GladAdverbs, Lexicon.GroupLean, p => p >= 0),
                Adverbial(Lexicon.SadAdverbs, -Lexicon.GroupLean, p => p <= 0),
                Adverbial(Lexicon.PlainAdverbs, 0, null))),
        ];
        return Choice.Of(feelingWeight > 0 ? [.. sentences, (feelingWeight, Feeling)] : sentences);
    }

    private static Sequence Adverbial(string[] adverbs, double lean, Func<double, bool>? fits)
        => new(Neutral(adverbs), new Phrase(","), Clause) { ChoiceLean = lean, Fits = fits is null ? null : p => fits(p[2]) };

    private static Choice Clauses()
    {
        var bit = 0;
        var singular = Lexicon.SingularAspects.Select(a => new Phrase("the " + a, 0, 1UL << bit++)).ToArray<Rule>();
        var plural = Lexicon.PluralAspects.Select(a => new Phrase("the " + a, 0, 1UL << bit++)).ToArray<Rule>();
        return Choice.Of(
            (2, new Sequence(new Choice(singular), PredicateGrammar.Singular)),
            (1, new Sequence(new Choice(plural), PredicateGrammar.Plural)));
    }

    private static Choice Feelings()
    {
        var feeling = new Choice([.. Lexicon.Feelings.Select(f => new Phrase(f.Word, f.Polarity))]);
        var was = new Phrase("I was", 0, FeelingSubject);
        return Choice.Of(
            (3, new Sequence(was, feeling)),
            (1, new Sequence(-.9, was, new Phrase("never"), feeling)),
            (.8, new Sequence(-.9, was, new Phrase("not"), feeling, new Phrase("at all"))),
            (.8, new Sequence(.6, was, new Phrase("a little"), feeling)),
            (.9, new Sequence(1.3, was, feeling, new Phrase("from start to finish"))),
            (5, new Choice([.. Lexicon.Reactions.Select(r => new Phrase(r.Sentence, r.Polarity, FeelingSubject))])));
    }

    private static Choice Neutral(string[] phrases) => new([.. phrases.Select(p => new Phrase(p))]);
}
