using System.Text;
using Microsoft.ML.Tokenizers;

namespace Orleans.Dpo.Trainer.Tokenization;

/// <summary>The tokenizer of a model folder in Hugging Face layout: same ids, same texts as the library that wrote the folder.</summary>
/// <remarks>Safe for use by several threads at once.</remarks>
internal sealed class TextTokenizer
{
    private readonly BpeTokenizer _bpe;
    private readonly PiecePreTokenizer _pieces;
    private readonly TokenizerFile _file;
    private readonly AddedTokenSplitter _exact;
    private readonly AddedTokenSplitter _normalized;
    private readonly byte[]?[] _bytes;
    private readonly HashSet<int> _special;

    private TextTokenizer(TokenizerFile file, string folder)
    {
        _file = file;
        _bpe = BpeTokenizer.Create(file.ToOptions());
        _pieces = new PiecePreTokenizer(file.Pieces);
        _exact = new AddedTokenSplitter(file.AddedTokens.Where(t => !t.Normalized));
        _normalized = new AddedTokenSplitter(file.AddedTokens.Where(t => t.Normalized).Select(t => t with { Content = Normalize(t.Content) }));
        _special = [.. file.AddedTokens.Where(t => t.Special).Select(t => t.Id)];
        VocabularySize = 1 + Math.Max(file.Vocabulary.Values.Max(), file.AddedTokens.Select(t => t.Id).DefaultIfEmpty().Max());
        _bytes = new byte[VocabularySize][];
        var added = file.AddedTokens.Select(t => KeyValuePair.Create(t.Normalized ? Normalize(t.Content) : t.Content, t.Id));
        foreach (var (token, id) in file.Vocabulary.Concat(added))
        {
            _bytes[id] = ByteSpelling.Read(token);
        }

        var ids = SpecialTokenIds.Read(folder, IdOf);
        (BosId, EosIds, PadId) = (ids.Bos, ids.Eos, ids.Pad);
    }

    /// <summary>One more than the highest id; a model's embedding has at least so many rows.</summary>
    public int VocabularySize { get; }

    /// <summary>The token before every text, when the model has one.</summary>
    public int? BosId { get; }

    /// <summary>The tokens that end a text, the tokenizer's own first; empty when none is named.</summary>
    public IReadOnlyList<int> EosIds { get; }

    /// <summary>The token that fills a batch, when one is named.</summary>
    public int? PadId { get; }

    /// <summary>Reads <c>tokenizer.json</c> and the files beside it.</summary>
    /// <exception cref="InvalidDataException">The tokenizer is of a kind that this reader does not do; one sentence names the field.</exception>
    /// <exception cref="FileNotFoundException">The folder has no <c>tokenizer.json</c>.</exception>
    public static TextTokenizer Load(string folder) => new(TokenizerFile.Read(Path.Combine(folder, "tokenizer.json")), folder);

    /// <summary>The id of a token by its text as the vocabulary spells it, or null.</summary>
    public int? IdOf(string token)
    {
        var added = _file.AddedTokens.FirstOrDefault(t => t.Content == token);
        return added?.Id ?? (_file.Vocabulary.TryGetValue(token, out var id) ? id : null);
    }

    /// <summary>Whether a token is left out of texts for readers.</summary>
    public bool IsSpecial(int id) => _special.Contains(id);

    /// <summary>The ids of a text. Added tokens that are spelled out in it become their ids; nothing is put before or after it.</summary>
    public int[] Encode(string text)
    {
        var ids = new List<int>(text.Length / 3 + 4);
        _exact.Split(
            WithoutLoneSurrogates(text),
            between => _normalized.Split(Normalize(between), piece => EncodePlain(piece, ids), ids.Add),
            ids.Add);
        return [.. ids];
    }

    /// <summary>The text of ids. Bytes that are no UTF-8 read as U+FFFD; ids without a token are left out.</summary>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecials)
    {
        var bytes = new MemoryStream(ids.Length * 4);
        foreach (var id in ids)
        {
            if ((uint)id < (uint)_bytes.Length && _bytes[id] is { } token && !(skipSpecials && _special.Contains(id)))
            {
                bytes.Write(token);
            }
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    private void EncodePlain(string text, List<int> ids)
    {
        if (!_file.IgnoreMerges)
        {
            ids.AddRange(_bpe.EncodeToIds(text, considerNormalization: false));
            return;
        }

        // The library has no such option: a piece that is a token as a whole is looked up before merges get to it.
        foreach (var (offset, length) in _pieces.PreTokenize(text))
        {
            var piece = text.AsSpan(offset, length);
            if (_file.Vocabulary.TryGetValue(ByteSpelling.Spell(piece), out var id))
            {
                ids.Add(id);
            }
            else
            {
                ids.AddRange(_bpe.EncodeToIds(piece, considerPreTokenization: false, considerNormalization: false));
            }
        }
    }

    private string Normalize(string text) => _file.ComposesCharacters ? text.Normalize(NormalizationForm.FormC) : text;

    private static string WithoutLoneSurrogates(string text)
        => text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0 ? text : string.Concat(text.EnumerateRunes().Select(r => r.ToString()));
}
