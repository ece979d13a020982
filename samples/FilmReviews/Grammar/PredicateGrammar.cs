namespace Orleans.Dpo.Samples.FilmReviews.Grammar;

/// <summary>What can be said of the film or one of its aspects: "is far from perfect", "never drag".</summary>
internal static class PredicateGrammar
{
    private static readonly Choice s_good = Group(Lexicon.Good, Lexicon.GroupLean);
    private static readonly Choice s_bad = Group(Lexicon.Bad, -Lexicon.GroupLean);
    private static readonly Choice s_strongGood = Group(Lexicon.StrongGood, Lexicon.GroupLean);
    private static readonly Choice s_strongBad = Group(Lexicon.StrongBad, -Lexicon.GroupLean);
    private static readonly Choice s_usual = new(s_good, s_bad);
    private static readonly Choice s_strong = new(s_strongGood, s_strongBad);

    /// <summary>Adjective phrases that may follow "feels" as well as "is".</summary>
    private static readonly Choice s_straight = Choice.Of(
        (4, s_usual),
        (1.6, s_strong),
        (1.1, Degree("very", 1.4, s_usual)),
        (1.1, Degree("really", 1.3, s_usual)),
        (.8, Degree("surprisingly", 1.1, s_usual)),
        (.8, Degree("quite", .9, s_usual)),
        (.7, Degree("rather", .8, s_usual)),
        (.5, new Choice(Degree("fairly", .7, s_good, Lexicon.GroupLean), Degree("a little", .5, s_bad, -Lexicon.GroupLean))),
        (.4, Degree("too", 1.3, s_bad, -Lexicon.GroupLean)),
        (.6, Degree("absolutely", 1.2, s_strong)),
        (.5, Degree("truly", 1.2, s_strong)),
        (.4, Degree("simply", 1.1, s_strong)),
        (.6, Degree("anything but", -1.1, s_usual)),
        (.7, new Choice(new DistinctPair("", Lexicon.Good, "and", .8), new DistinctPair("", Lexicon.Bad, "and", .8))),
        (.35, new Choice(new Sequence(s_good, new Phrase("but also"), s_bad), new Sequence(s_bad, new Phrase("but also"), s_good))));

    /// <summary>Adjective phrases with a negation, which follow "is" only.</summary>
    private static readonly Choice s_negated = Choice.Of(
        (1, Degree("not", -.7, s_usual)),
        (.7, Degree("not very", -.5, s_good, -Lexicon.GroupLean)),
        (.7, Degree("never", -.9, s_bad, Lexicon.GroupLean)),
        (.5, Degree("hardly", -.8, s_good, -Lexicon.GroupLean)),
        (.6, Degree("far from", -.6, s_strong)),
        (.5, new Sequence(-.5, new Phrase("not as"), s_usual, new Phrase("as people say"))),
        (.5, new Choice(new DistinctPair("neither", Lexicon.Good, "nor", -.6), new DistinctPair("neither", Lexicon.Bad, "nor", -.6))));

    public static Rule Singular { get; } = Predicate("is", "feels", "does not", v => v.Singular);

    public static Rule Plural { get; } = Predicate("are", "feel", "do not", v => v.Plural);

    private static Choice Predicate(string be, string feel, string doNot, Func<(string Singular, string Plural, double Polarity), string> form)
    {
        var verbs = Verbs(form);
        var adverbs = Lexicon.VerbAdverbs.Select(a => (1.0, (Rule)new Sequence(a.Factor, new Phrase(a.Word), verbs))).ToArray();
        return Choice.Of(
            (2.2, new Sequence(new Phrase(be), s_straight)),
            (.8, new Sequence(new Phrase(be), s_negated)),
            (.5, new Sequence(new Phrase(feel), s_straight)),
            (1, verbs),
            (.7, Choice.Of(adverbs)),
            (.3, new Sequence(-.7, new Phrase(doNot), Verbs(v => v.Plural))));
    }

    private static Choice Verbs(Func<(string Singular, string Plural, double Polarity), string> form)
        => new([.. Lexicon.VerbPhrases.Select(v => new Phrase(form(v), v.Polarity))]);

    private static Choice Group((string Word, double Polarity)[] words, double lean)
        => new(lean, [.. words.Select(w => (1.0, (Rule)new Phrase(w.Word, w.Polarity)))]);

    private static Sequence Degree(string word, double factor, Rule adjectives, double lean = 0)
        => new(factor, new Phrase(word), adjectives) { ChoiceLean = lean };
}
