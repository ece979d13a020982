namespace Orleans.Dpo.Trainer.Evaluation;

/// <summary>Variety of a set of texts.</summary>
internal static class Distinctness
{
    /// <summary>Distinct word bigrams divided by all word bigrams of all texts; words are what white space separates. 0 without any bigram.</summary>
    public static double Bigrams(IEnumerable<string> texts)
    {
        var distinct = new HashSet<(string, string)>();
        var all = 0;
        foreach (var text in texts)
        {
            var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            for (var i = 1; i < words.Length; i++)
            {
                distinct.Add((words[i - 1], words[i]));
                all++;
            }
        }

        return all == 0 ? 0 : distinct.Count / (double)all;
    }
}
