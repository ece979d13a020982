namespace Orleans.Dpo.Trainer.Tokenization;

/// <summary>Finds added tokens in a text: the leftmost first, the longest of those that start there.</summary>
internal sealed class AddedTokenSplitter
{
    private readonly Dictionary<char, (string Content, int Id)[]> _byFirst;
    private readonly char[] _firsts;

    public AddedTokenSplitter(IEnumerable<(string Content, int Id)> tokens)
    {
        _byFirst = tokens.Where(t => t.Content.Length > 0)
            .GroupBy(t => t.Content[0])
            .ToDictionary(g => g.Key, g => g.OrderByDescending(t => t.Content.Length).ToArray());
        _firsts = [.. _byFirst.Keys];
    }

    /// <summary>Calls <paramref name="text"/> for what lies between tokens and <paramref name="token"/> for each token, in order.</summary>
    public void Split(string source, Action<string> text, Action<int> token)
    {
        var start = 0;
        for (var i = Next(source, 0); i >= 0;)
        {
            var (content, id) = Longest(source, i);
            if (content is null)
            {
                i = Next(source, i + 1);
                continue;
            }

            if (i > start)
            {
                text(source[start..i]);
            }

            token(id);
            start = i + content.Length;
            i = Next(source, start);
        }

        if (start < source.Length)
        {
            text(start == 0 ? source : source[start..]);
        }
    }

    private int Next(string source, int from)
    {
        var found = _firsts.Length == 0 ? -1 : source.AsSpan(from).IndexOfAny(_firsts);
        return found < 0 ? -1 : from + found;
    }

    private (string? Content, int Id) Longest(string source, int at)
    {
        foreach (var (content, id) in _byFirst[source[at]])
        {
            if (string.CompareOrdinal(source, at, content, 0, content.Length) == 0)
            {
                return (content, id);
            }
        }

        return (null, 0);
    }
}
