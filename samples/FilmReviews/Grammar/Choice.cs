namespace Orleans.Dpo.Samples.FilmReviews.Grammar;

/// <summary>One of several rules. Rules that lean to praise are likelier where the context is tilted to praise.</summary>
internal sealed class Choice(double lean, params (double Weight, Rule Rule)[] options) : Rule
{
    private const double TiltStrength = .55;

    public Choice(params Rule[] options)
        : this(0, [.. options.Select(o => (1.0, o))])
    {
    }

    public override double Lean => lean;

    public static Choice Of(params (double Weight, Rule Rule)[] options) => new(0, options);

    public override Meaning Write(Drawing drawing, double tilt)
    {
        var weights = new double[options.Length];
        for (var i = 0; i < options.Length; i++)
        {
            var (weight, rule) = options[i];
            weights[i] = (rule.Subject & drawing.Subjects) != 0 ? 0 : weight * Math.Exp(TiltStrength * tilt * rule.Lean);
        }

        var rest = drawing.Draws.Uniform() * weights.Sum();
        var chosen = 0;
        while (chosen < options.Length - 1 && (rest -= weights[chosen]) >= 0)
        {
            chosen++;
        }

        return options[chosen].Rule.Write(drawing, tilt);
    }

    public override IReadOnlyList<Reading> Read(Sentence sentence, int at)
        => sentence.Remember(this, at, () => [.. options.SelectMany(o => o.Rule.Read(sentence, at))]);
}
