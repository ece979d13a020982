using System.Collections.Concurrent;

namespace Microsoft.ML.Tokenizers;

/// <summary>The merges: joins the neighbours with the earliest merge, leftmost first, until none is left.</summary>
internal sealed class BpeModel
{
    private const int CachedWords = 10_000;
    private const int LongestCachedWord = 32;

    private readonly Dictionary<(int Left, int Right), (int Rank, int Result)> _merges = [];
    private readonly ConcurrentDictionary<string, Symbol[]> _words = new();
    private readonly ConcurrentDictionary<string, Symbol[]>.AlternateLookup<ReadOnlySpan<char>> _wordsBySpan;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _vocabulary;
    private readonly int? _unknown;
    private readonly bool _fuseUnknown;
    /// <exception cref="InvalidOperationException">A merge is malformed or names a token that the vocabulary lacks.</exception>
    /// <exception cref="ArgumentException">A merge is there twice.</exception>
    public BpeModel(Dictionary<string, int> vocabulary, IEnumerable<string> merges, int? unknown, bool fuseUnknown)
    {
        _vocabulary = vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
        _wordsBySpan = _words.GetAlternateLookup<ReadOnlySpan<char>>();
        _unknown = unknown;
        _fuseUnknown = fuseUnknown;
        var rank = 0;
        foreach (var merge in merges)
        {
            var parts = merge.Split(' ');
            if (parts is not [{ Length: > 0 } left, { Length: > 0 } right])
            {
                throw new InvalidOperationException($"The merge '{merge}' is not two tokens with one space between them.");
            }

            var result = (rank++, IdOf(left + right, merge));
            if (!_merges.TryAdd((IdOf(left, merge), IdOf(right, merge)), result))
            {
                throw new ArgumentException($"The merge '{merge}' is there twice.", nameof(merges));
            }
        }

        int IdOf(string token, string merge) => vocabulary.TryGetValue(token, out var id)
            ? id
            : throw new InvalidOperationException($"The merge '{merge}' needs the token '{token}', which the vocabulary lacks.");
    }

    /// <summary>One token: its id and the characters of the piece it covers.</summary>
    internal readonly record struct Symbol(int Id, int Start, int Length);
    /// <summary>The tokens of one piece, spelled as the vocabulary spells it.</summary>
    public Symbol[] Encode(ReadOnlySpan<char> piece)
    {
        if (piece.Length > LongestCachedWord)
        {
            return Merge(piece);
        }

        if (!_wordsBySpan.TryGetValue(piece, out var symbols))
        {
            symbols = Merge(piece);
            if (_words.Count < CachedWords)
            {
                _wordsBySpan.TryAdd(piece, symbols);
            }
        }

        return symbols;
    }

    private Symbol[] Merge(ReadOnlySpan<char> piece)
    {
        var symbols = Split(piece);
        if (symbols.Count < 2)
        {
            return [.. symbols];
        }

        // A linked list over the array; a symbol that was merged into its left neighbour has length 0.
        var next = new int[symbols.Count];
        var previous = new int[symbols.Count];
        var queue = new PriorityQueue<(int Left, int LeftId, int RightId), long>();
        for (var i = 0; i < symbols.Count; i++)
        {
            previous[i] = i - 1;
            next[i] = i + 1 < symbols.Count ? i + 1 : -1;
        }

        for (var i = 0; i + 1 < symbols.Count; i++)
        {
            Offer(i);
        }

        while (queue.TryDequeue(out var pair, out _))
        {
            var (left, right) = (pair.Left, next[pair.Left]);
            if (right < 0 || symbols[left].Length == 0 || symbols[left].Id != pair.LeftId || symbols[right].Id != pair.RightId)
            {
                continue;   // an older offer: one of the two has changed since
            }

            symbols[left] = new Symbol(_merges[(pair.LeftId, pair.RightId)].Result, symbols[left].Start, symbols[left].Length + symbols[right].Length);
            symbols[right] = symbols[right] with { Length = 0 };
            next[left] = next[right];
            if (next[left] >= 0)
            {
                previous[next[left]] = left;
                Offer(left);
            }

            if (previous[left] >= 0)
            {
                Offer(previous[left]);
            }
        }

        return [.. symbols.Where(s => s.Length > 0)];

        void Offer(int left)
        {
            var (leftId, rightId) = (symbols[left].Id, symbols[next[left]].Id);
            if (_merges.TryGetValue((leftId, rightId), out var merge))
            {
                queue.Enqueue((left, leftId, rightId), ((long)merge.Rank << 32) | (uint)left);
            }
        }
    }

    private List<Symbol> Split(ReadOnlySpan<char> piece)
    {
        var symbols = new List<Symbol>(piece.Length);
        for (var i = 0; i < piece.Length;)
        {
            var length = char.IsHighSurrogate(piece[i]) && i + 1 < piece.Length && char.IsLowSurrogate(piece[i + 1]) ? 2 : 1;
            if (_vocabulary.TryGetValue(piece.Slice(i, length), out var id))
            {
                symbols.Add(new Symbol(id, i, length));
            }
            else if (_unknown is { } unknown)
            {
                if (_fuseUnknown && symbols is [.., var last] && last.Id == unknown && last.Start + last.Length == i)
                {
                    symbols[^1] = last with { Length = last.Length + length };
                }
                else
                {
                    symbols.Add(new Symbol(unknown, i, length));
                }
            }

            i += length;
        }

        return symbols;
    }
}
