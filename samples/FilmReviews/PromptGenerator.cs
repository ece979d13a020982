namespace Orleans.Dpo.Samples.FilmReviews;

/// <summary>Draws distinct prompts of one split.</summary>
internal static class PromptGenerator
{
    // Draws without a new prompt before the grammar counts as used up.
    private const int MostRepeats = 20_000;

    /// <exception cref="InvalidOperationException">The grammar has fewer prompts than asked for.</exception>
    public static List<string> Draw(int count, ulong seed, string split)
    {
        var generator = new ReviewGenerator(seed);
        var seen = new HashSet<string>();
        var prompts = new List<string>(count);
        for (var repeats = 0; prompts.Count < count; repeats++)
        {
            var prompt = generator.Next().Prompt;
            if (PromptSplit.Of(prompt) == split && seen.Add(prompt))
            {
                prompts.Add(prompt);
                repeats = 0;
            }
            else if (repeats > MostRepeats)
            {
                throw new InvalidOperationException($"Only {prompts.Count} prompts came up; ask for fewer than {count}.");
            }
        }

        return prompts;
    }
}
