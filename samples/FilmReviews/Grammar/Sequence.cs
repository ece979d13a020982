namespace Orleans.Dpo.Samples.FilmReviews.Grammar;

/// <summary>Rules one after the other; the polarities are added and multiplied by a factor, which is negative for a negation.</summary>
internal sealed class Sequence(double factor, params Rule[] parts) : Rule
{
    private const int MostAttempts = 200;

    public Sequence(params Rule[] parts)
        : this(1, parts)
    {
    }

    public override double Lean => ChoiceLean;

    /// <summary>How much choosing this sequence leans to praise, before its parts are drawn.</summary>
    public double ChoiceLean { get; init; }

    /// <summary>Whether the polarities of the parts fit the words that join them; texts that are written always do.</summary>
    public Func<IReadOnlyList<double>, bool>? Fits { get; init; }

    public override Meaning Write(Drawing drawing, double tilt)
    {
        var (words, subjects) = (drawing.Words.Count, drawing.Subjects);
        for (var attempt = 0; ; attempt++)
        {
            var polarities = new double[parts.Length];
            var meaning = default(Meaning);
            for (var i = 0; i < parts.Length; i++)
            {
                var part = parts[i].Write(drawing, factor < 0 ? -tilt : tilt);
                polarities[i] = part.Polarity;
                meaning += part;
            }

            if (Fits is null || Fits(polarities))
            {
                return Finish(meaning, polarities);
            }

            if (attempt == MostAttempts)
            {
                throw new InvalidOperationException("No phrase that fits its connector came up; the grammar has no such phrase.");
            }

            drawing.Rewind(words, subjects);
        }
    }

    public override IReadOnlyList<Reading> Read(Sentence sentence, int at) => sentence.Remember(this, at, () =>
    {
        var readings = new List<Reading>();
        Extend(0, at, default, new double[parts.Length]);
        return readings;

        void Extend(int part, int from, Meaning soFar, double[] polarities)
        {
            if (part == parts.Length)
            {
                readings.Add(new Reading(from, Finish(soFar, polarities)));
                return;
            }

            foreach (var reading in parts[part].Read(sentence, from))
            {
                polarities[part] = reading.Meaning.Polarity;
                Extend(part + 1, reading.End, soFar + reading.Meaning, polarities);
            }
        }
    });

    private Meaning Finish(Meaning meaning, double[] polarities) => meaning with
    {
        Polarity = factor * meaning.Polarity,
        Incoherent = meaning.Incoherent || (Fits is not null && !Fits(polarities)),
    };
}
