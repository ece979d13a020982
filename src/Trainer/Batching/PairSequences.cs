using System.Collections;

namespace Orleans.Dpo.Trainer.Batching;

/// <summary>The sequences of a run over pairs: all chosen answers, then all rejected ones. Nothing is copied.</summary>
internal sealed class PairSequences(IReadOnlyList<PreferencePair> pairs) : IReadOnlyList<TokenRow>
{
    public int Count => 2 * pairs.Count;

    /// <summary>Numbers of the sequences, the answers of a pair next to each other, so that what shares a prompt is read together.</summary>
    public IEnumerable<int> ByPair => Enumerable.Range(0, Count).Select(place => (place / 2) + (place % 2 * pairs.Count));

    public TokenRow this[int index] => index < pairs.Count ? pairs[index].Chosen : pairs[index - pairs.Count].Rejected;

    public IEnumerator<TokenRow> GetEnumerator() => pairs.Select(pair => pair.Chosen).Concat(pairs.Select(pair => pair.Rejected)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
