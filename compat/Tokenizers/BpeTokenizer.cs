namespace Microsoft.ML.Tokenizers;

/// <summary>Byte-pair encoding over a given vocabulary and merge list.</summary>
/// <remarks>A stand-in: without continuing-subword prefix, end-of-word suffix, vocabulary files and the search by token count.</remarks>
public sealed partial class BpeTokenizer : Tokenizer
{
    private readonly Dictionary<string, int> _vocabulary = new(StringComparer.Ordinal);
    private readonly Dictionary<int, string> _tokens = [];
    private readonly Dictionary<int, string> _specialTokensById = [];
    private readonly BpeModel _model;
    private readonly EncodedToken? _beginning;
    private readonly EncodedToken? _end;

    private BpeTokenizer(BpeOptions options)
    {
        foreach (var (token, id) in options.Vocabulary)
        {
            if (!_vocabulary.TryAdd(token, id) || !_tokens.TryAdd(id, token))
            {
                throw new ArgumentException($"The vocabulary has the token '{token}' or the id {id} twice.", nameof(options));
            }
        }

        foreach (var (token, id) in options.SpecialTokens ?? new Dictionary<string, int>())
        {
            if (!_specialTokensById.TryAdd(id, token))
            {
                throw new ArgumentException($"Two special tokens have the id {id}.", nameof(options));
            }
        }

        SpecialTokens = options.SpecialTokens;
        Normalizer = options.Normalizer;
        PreTokenizer = options.PreTokenizer ?? PreTokenizer.CreateWordOrNonWord(options.SpecialTokens);
        UnknownToken = options.UnknownToken;
        FuseUnknownTokens = options.FuseUnknownTokens;
        ByteLevel = options.ByteLevel;
        _model = new BpeModel(_vocabulary, options.Merges ?? [], IdOfUnknown(), FuseUnknownTokens);
        _beginning = Mark(options.BeginningOfSentenceToken);
        _end = Mark(options.EndOfSentenceToken);
    }

    /// <inheritdoc/>
    public override PreTokenizer? PreTokenizer { get; }
    /// <inheritdoc/>
    public override Normalizer? Normalizer { get; }
    /// <summary>Token texts and their ids.</summary>
    public IReadOnlyDictionary<string, int> Vocabulary => _vocabulary;
    /// <summary>Texts that are one token each.</summary>
    public IReadOnlyDictionary<string, int>? SpecialTokens { get; }
    /// <summary>The token of what the vocabulary lacks.</summary>
    public string? UnknownToken { get; }
    /// <summary>Whether neighbouring unknowns become one token.</summary>
    public bool FuseUnknownTokens { get; }
    /// <summary>Whether the vocabulary spells bytes.</summary>
    public bool ByteLevel { get; }
    /// <summary>Makes a tokenizer.</summary>
    /// <exception cref="ArgumentException">An id or merge is repeated, a merge is malformed, or something named is not in the vocabulary.</exception>
    public static BpeTokenizer Create(BpeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new BpeTokenizer(options);
    }

    /// <inheritdoc/>
    protected override EncodeResults<int> EncodeToIds(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        var sink = new TokenSink(settings.MaxTokenCount, withValues: false);
        var normalized = Encode(text, textSpan, settings, sink);
        return new EncodeResults<int> { Tokens = sink.Ids, NormalizedText = normalized, CharsConsumed = sink.CharsConsumed };
    }

    /// <inheritdoc/>
    protected override EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        var sink = new TokenSink(settings.MaxTokenCount, withValues: true);
        var normalized = Encode(text, textSpan, settings, sink);
        return new EncodeResults<EncodedToken> { Tokens = sink.Tokens, NormalizedText = normalized, CharsConsumed = sink.CharsConsumed };
    }

    /// <inheritdoc/>
    protected override int CountTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        var count = EncodeToIds(text, textSpan, settings).Tokens.Count;

        // Without pre-tokenization the package's count leaves the beginning token out, though its ids have it.
        return settings.ConsiderPreTokenization || _beginning is null || count == 0 ? count : count - 1;
    }

    private string? Encode(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings, TokenSink sink)
    {
        var span = text is null ? textSpan : text.AsSpan();
        string? normalized = null;
        if (settings.ConsiderNormalization && Normalizer is not null)
        {
            normalized = text is null ? Normalizer.Normalize(span) : Normalizer.Normalize(text);
            text = normalized;
            span = normalized;
        }

        if (span.IsEmpty)
        {
            return normalized;
        }

        sink.Add(_beginning);
        if (settings.ConsiderPreTokenization && PreTokenizer is not null)
        {
            foreach (var (offset, length) in text is null ? PreTokenizer.PreTokenize(span) : PreTokenizer.PreTokenize(text))
            {
                EncodePiece(span.Slice(offset, length), offset, sink);
            }
        }
        else
        {
            EncodePiece(span, 0, sink);
        }

        sink.Add(_end is { } end ? new EncodedToken(end.Id, end.Value, new Range(span.Length, span.Length)) : null);
        return normalized;
    }

    private void EncodePiece(ReadOnlySpan<char> piece, int offset, TokenSink sink)
    {
        if (SpecialTokens is { Count: > 0 } && SpecialTokens.TryGetValue(piece.ToString(), out var special))
        {
            sink.Add(new EncodedToken(special, piece.ToString(), new Range(offset, offset + piece.Length)));
            return;
        }

        if (!ByteLevel)
        {
            foreach (var symbol in _model.Encode(piece))
            {
                sink.Add(symbol.Id, _tokens[symbol.Id], offset + symbol.Start, offset + symbol.Start + symbol.Length);
            }

            return;
        }

        var sources = sink.NeedsOffsets ? new List<int>() : null;
        foreach (var symbol in _model.Encode(ByteAlphabet.Spell(piece, sources)))
        {
            // A token ends after the first UTF-16 unit of the character that its last byte belongs to.
            var (start, end) = sources is null ? (0, 0) : (sources[symbol.Start], sources[symbol.Start + symbol.Length - 1] + 1);
            sink.Add(symbol.Id, _tokens[symbol.Id], offset + start, offset + end);
        }
    }

    private int? IdOfUnknown()
    {
        if (UnknownToken is null)
        {
            return null;
        }

        return _vocabulary.TryGetValue(UnknownToken, out var id)
            ? id
            : throw new InvalidOperationException($"The unknown token '{UnknownToken}' is not in the vocabulary.");
    }

    private EncodedToken? Mark(string? token)
    {
        if (token is null)
        {
            return null;
        }

        if (SpecialTokens is not null && SpecialTokens.TryGetValue(token, out var special))
        {
            return new EncodedToken(special, token, new Range(0, 0));
        }

        // With no special tokens at all, a token that the vocabulary lacks becomes id 0 without a word: the package does so too.
        return _vocabulary.TryGetValue(token, out var id) || SpecialTokens is null
            ? new EncodedToken(id, token, new Range(0, 0))
            : throw new ArgumentException($"The token '{token}' is neither special nor in the vocabulary.");
    }

    /// <summary>Collects ids, or whole tokens when someone will read their places, up to a limit.</summary>
    private sealed class TokenSink(int limit, bool withValues)
    {
        public List<int> Ids { get; } = [];

        public List<EncodedToken> Tokens { get; } = [];

        public int CharsConsumed { get; private set; }

        public bool NeedsOffsets => withValues || limit != int.MaxValue;

        public void Add(EncodedToken? token)
        {
            if (token is { } some)
            {
                Add(some.Id, some.Value, some.Offset.Start.Value, some.Offset.End.Value);
            }
        }

        public void Add(int id, string value, int start, int end)
        {
            if (Ids.Count >= limit)
            {
                return;
            }

            Ids.Add(id);
            CharsConsumed = Math.Max(CharsConsumed, end);
            if (withValues)
            {
                Tokens.Add(new EncodedToken(id, value, new Range(start, end)));
            }
        }
    }
}
