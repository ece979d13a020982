using System.Buffers;
using System.Text;

namespace Microsoft.ML.Tokenizers;

/// <content>Ids to text. Special tokens go through the byte alphabet like all others, so Latin-1 letters in them do not survive.</content>
public sealed partial class BpeTokenizer
{
    /// <inheritdoc/>
    public override string Decode(IEnumerable<int> ids) => Decode(ids, considerSpecialTokens: true);
    /// <summary>The text of ids, without special tokens when <paramref name="considerSpecialTokens"/> is false. Unknown ids are left out.</summary>
    public string Decode(IEnumerable<int> ids, bool considerSpecialTokens)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var bytes = new List<byte>();
        foreach (var id in ids)
        {
            if (TextOf(id) is { } token && (considerSpecialTokens || !_specialTokensById.ContainsKey(id)))
            {
                AppendBytes(token, bytes);
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    /// <inheritdoc/>
    public override OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten)
        => Decode(ids, destination, considerSpecialTokens: true, out idsConsumed, out charsWritten);

    /// <summary>Writes the text of ids. Bytes of a character that is not complete are neither written nor counted as consumed.</summary>
    /// <returns><see cref="OperationStatus.InvalidData"/> at an unknown id.</returns>
    public OperationStatus Decode(
        IEnumerable<int> ids, Span<char> destination, bool considerSpecialTokens, out int idsConsumed, out int charsWritten)
    {
        ArgumentNullException.ThrowIfNull(ids);
        idsConsumed = 0;
        charsWritten = 0;
        var seen = 0;
        var pending = new List<byte>();
        foreach (var id in ids)
        {
            seen++;
            if (TextOf(id) is not { } token)
            {
                return OperationStatus.InvalidData;
            }

            if (!considerSpecialTokens && _specialTokensById.ContainsKey(id))
            {
                idsConsumed = pending.Count == 0 ? seen : idsConsumed;
                continue;
            }

            AppendBytes(token, pending);
            if (EndsInsideCharacter(pending))
            {
                continue;
            }

            var text = Encoding.UTF8.GetString([.. pending]);
            if (!text.TryCopyTo(destination[charsWritten..]))
            {
                return OperationStatus.DestinationTooSmall;
            }

            charsWritten += text.Length;
            idsConsumed = seen;
            pending.Clear();
        }

        return OperationStatus.Done;
    }

    private string? TextOf(int id) => _specialTokensById.TryGetValue(id, out var special) ? special : _tokens.GetValueOrDefault(id);
    private void AppendBytes(string token, List<byte> bytes)
    {
        Span<byte> encoded = stackalloc byte[4];
        foreach (var rune in token.EnumerateRunes())
        {
            if (ByteLevel && rune.IsBmp && ByteAlphabet.ByteOf((char)rune.Value) is >= 0 and var value)
            {
                bytes.Add((byte)value);
            }
            else
            {
                bytes.AddRange(encoded[..rune.EncodeToUtf8(encoded)]);
            }
        }
    }

    private static bool EndsInsideCharacter(List<byte> bytes)
    {
        for (var back = 1; back <= Math.Min(3, bytes.Count); back++)
        {
            var value = bytes[^back];
            if (value >= 0xC0)
            {
                return back < (value >= 0xF0 ? 4 : value >= 0xE0 ? 3 : 2);
            }

            if (value < 0x80)
            {
                return false;
            }
        }

        return false;
    }
}
