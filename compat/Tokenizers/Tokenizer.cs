using System.Buffers;

namespace Microsoft.ML.Tokenizers;

/// <summary>Turns texts into ids and back.</summary>
public abstract class Tokenizer
{
    /// <summary>Cuts the text into pieces; null when the tokenizer encodes it whole.</summary>
    public virtual PreTokenizer? PreTokenizer => null;
    /// <summary>Rewrites the text first; null when it is taken as it is.</summary>
    public virtual Normalizer? Normalizer => null;
    /// <summary>The ids of a text.</summary>
    public IReadOnlyList<int> EncodeToIds(string text, bool considerPreTokenization = true, bool considerNormalization = true)
        => EncodeToIds(Checked(text), default, Settings(considerPreTokenization, considerNormalization)).Tokens;

    /// <summary>The ids of a text.</summary>
    public IReadOnlyList<int> EncodeToIds(ReadOnlySpan<char> text, bool considerPreTokenization = true, bool considerNormalization = true)
        => EncodeToIds(null, text, Settings(considerPreTokenization, considerNormalization)).Tokens;

    /// <summary>The tokens of a text with their places in <paramref name="normalizedText"/>, which is null when no normalizer ran.</summary>
    public IReadOnlyList<EncodedToken> EncodeToTokens(
        string text, out string? normalizedText, bool considerPreTokenization = true, bool considerNormalization = true)
    {
        var results = EncodeToTokens(Checked(text), default, Settings(considerPreTokenization, considerNormalization));
        normalizedText = results.NormalizedText;
        return results.Tokens;
    }

    /// <summary>The tokens of a text with their places in <paramref name="normalizedText"/>, which is null when no normalizer ran.</summary>
    public IReadOnlyList<EncodedToken> EncodeToTokens(
        ReadOnlySpan<char> text, out string? normalizedText, bool considerPreTokenization = true, bool considerNormalization = true)
    {
        var results = EncodeToTokens(null, text, Settings(considerPreTokenization, considerNormalization));
        normalizedText = results.NormalizedText;
        return results.Tokens;
    }

    /// <summary>How many tokens a text has.</summary>
    public int CountTokens(string text, bool considerPreTokenization = true, bool considerNormalization = true)
        => CountTokens(Checked(text), default, Settings(considerPreTokenization, considerNormalization));

    /// <summary>How many tokens a text has.</summary>
    public int CountTokens(ReadOnlySpan<char> text, bool considerPreTokenization = true, bool considerNormalization = true)
        => CountTokens(null, text, Settings(considerPreTokenization, considerNormalization));

    /// <summary>The text of ids. Unknown ids are left out; bytes that are no UTF-8 read as U+FFFD.</summary>
    public virtual string Decode(IEnumerable<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var list = ids as IReadOnlyCollection<int> ?? [.. ids];
        var buffer = new char[Math.Max(64, list.Count * 8)];
        OperationStatus status;
        int written;
        while ((status = Decode(list, buffer, out _, out written)) is OperationStatus.DestinationTooSmall)
        {
            buffer = new char[buffer.Length * 2];
        }

        return status is OperationStatus.Done ? new string(buffer, 0, written) : throw new InvalidOperationException("The ids cannot be decoded.");
    }

    /// <summary>Writes the text of ids into a buffer.</summary>
    /// <returns><see cref="OperationStatus.InvalidData"/> at an unknown id; <see cref="OperationStatus.DestinationTooSmall"/> with what fitted.</returns>
    public abstract OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten);
    /// <summary>The ids of a text, given as a string or, when that is null, as a span.</summary>
    protected abstract EncodeResults<int> EncodeToIds(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings);
    /// <summary>The tokens of a text, given as a string or, when that is null, as a span.</summary>
    protected abstract EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings);
    /// <summary>How many tokens a text has, given as a string or, when that is null, as a span.</summary>
    protected virtual int CountTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
        => EncodeToIds(text, textSpan, settings).Tokens.Count;

    private static string Checked(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text;
    }

    private static EncodeSettings Settings(bool considerPreTokenization, bool considerNormalization)
        => new() { ConsiderPreTokenization = considerPreTokenization, ConsiderNormalization = considerNormalization };
}
