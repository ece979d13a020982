namespace Orleans.Dpo.Samples.FilmReviews.Grammar;

/// <summary>Two different words of one list around a joining word: "warm and clever", "neither flat nor slow".</summary>
internal sealed class DistinctPair(string before, IReadOnlyList<(string Word, double Polarity)> words, string between, double factor) : Rule
{
    private readonly Phrase _before = new(before);
    private readonly Phrase _between = new(between);
    private readonly Phrase[] _words = [.. words.Select(w => new Phrase(w.Word, w.Polarity))];

    public override double Lean => Math.Sign(factor) * Lexicon.GroupLean * Math.Sign(words[0].Polarity);

    public override Meaning Write(Drawing drawing, double tilt)
    {
        var first = drawing.Draws.Below(_words.Length);
        var second = (first + 1 + drawing.Draws.Below(_words.Length - 1)) % _words.Length;
        _before.Write(drawing, tilt);
        var left = _words[first].Write(drawing, tilt);
        _between.Write(drawing, tilt);
        return Join(left, _words[second].Write(drawing, tilt));
    }

    public override IReadOnlyList<Reading> Read(Sentence sentence, int at)
    {
        var readings = new List<Reading>();
        foreach (var start in _before.Read(sentence, at))
        {
            foreach (var left in _words)
            {
                foreach (var first in left.Read(sentence, start.End))
                {
                    readings.AddRange(
                        from joint in _between.Read(sentence, first.End)
                        from right in _words
                        where right != left
                        from second in right.Read(sentence, joint.End)
                        select new Reading(second.End, Join(first.Meaning, second.Meaning)));
                }
            }
        }

        return readings;
    }

    private Meaning Join(Meaning left, Meaning right) => new(factor * (left.Polarity + right.Polarity));
}
