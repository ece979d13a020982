using System.Text;

namespace Orleans.Dpo.Samples.FilmReviews.Grammar;

/// <summary>One sentence as words and commas. Written text has a capital first and a full stop last; "a" before a vowel is "an".</summary>
internal sealed class Sentence(string[] words)
{
    private readonly Dictionary<(Rule Rule, int At), IReadOnlyList<Reading>> _memory = [];

    public int Length => words.Length;

    /// <summary>Cuts a text at its full stops. Null stands for what is after the last one: no rule can read it.</summary>
    public static List<Sentence?> Split(string text)
    {
        var parts = text.Split(". ");
        var sentences = new List<Sentence?>(parts.Length);
        for (var i = 0; i < parts.Length; i++)
        {
            var body = i < parts.Length - 1 ? parts[i] : parts[i].EndsWith('.') ? parts[i][..^1] : null;
            sentences.Add(body is null ? null : new Sentence([.. body.Split(' ').SelectMany(Comma)]));
        }

        return sentences;
    }

    /// <summary>Writes words as a sentence with its full stop, or as the beginning of one without.</summary>
    public static string Render(IReadOnlyList<string> words, bool closed)
    {
        var text = new StringBuilder();
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i] == "a" && i + 1 < words.Count ? Article(words[i + 1]) : words[i];
            if (word != "," && i > 0)
            {
                text.Append(' ');
            }

            text.Append(i == 0 ? Capital(word) : word);
        }

        return closed ? text.Append('.').ToString() : text.ToString();
    }

    /// <summary>Whether the word at a place is the given one, with the capital or the article that the place asks for.</summary>
    public bool Has(int at, string word)
    {
        if (at >= words.Length)
        {
            return false;
        }

        var wanted = word == "a" && at + 1 < words.Length ? Article(words[at + 1]) : word;
        return at == 0 ? words[0] == Capital(wanted) : words[at] == wanted;
    }

    /// <summary>The readings of a rule at a place, worked out once.</summary>
    public IReadOnlyList<Reading> Remember(Rule rule, int at, Func<IReadOnlyList<Reading>> read)
    {
        if (!_memory.TryGetValue((rule, at), out var readings))
        {
            readings = read();
            _memory[(rule, at)] = readings;
        }

        return readings;
    }

    private static string Article(string next) => next.Length > 0 && "aeiouAEIOU".Contains(next[0], StringComparison.Ordinal) ? "an" : "a";

    private static string Capital(string word) => word.Length == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..];

    private static string[] Comma(string word) => word.EndsWith(',') ? [word[..^1], ","] : [word];
}
