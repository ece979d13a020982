namespace Orleans.Dpo.Trainer.Batching;

/// <summary>Rows that begin with the same prompt and share one pass over it.</summary>
/// <param name="Prompt">Tokens of the prompt P.</param>
/// <param name="Members">Numbers of the rows.</param>
/// <param name="Length">Tokens read: the prompt and every answer but its last token.</param>
internal sealed record PromptBundle(int[] Prompt, IReadOnlyList<int> Members, int Length)
{
    /// <summary>Puts rows together by prompt, as far as it saves work.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="hiddenSize">Width H of the model, which says what a token costs beside attention.</param>
    public static List<PromptBundle> Of(IReadOnlyList<TokenRow> rows, int hiddenSize)
    {
        var bundles = new List<PromptBundle>();
        var open = new Dictionary<int[], int>(PromptComparer.Instance);
        for (var row = 0; row < rows.Count; row++)
        {
            var prompt = rows[row].Ids[..rows[row].ResponseStart];
            var answer = rows[row].ResponseLength - 1;
            if (open.TryGetValue(prompt, out var at) && Saves(bundles[at].Length, prompt.Length, answer, hiddenSize))
            {
                bundles[at] = bundles[at] with { Members = [.. bundles[at].Members, row], Length = bundles[at].Length + answer };
            }
            else
            {
                open[prompt] = bundles.Count;
                bundles.Add(new PromptBundle(prompt, [row], prompt.Length + answer));
            }
        }

        return bundles;
    }

    /// <summary>Every row by itself.</summary>
    public static List<PromptBundle> Alone(IReadOnlyList<TokenRow> rows) =>
        [.. rows.Select((row, number) => new PromptBundle(row.Ids[..row.ResponseStart], [number], row.Ids.Length - 1))];

    /// <summary>
    /// An answer of a tokens behind its own copy of the prompt costs P more tokens; inside a bundle of T tokens attention looks at 2·T·a + a² places in place of (P + a)².
    /// A token costs 24·H² operations a layer beside attention, a place 4·H.
    /// </summary>
    private static bool Saves(double bundle, double prompt, double answer, double hidden) =>
        (2 * bundle * answer) - (2 * prompt * answer) - (prompt * prompt) < 6 * hidden * prompt;
}
