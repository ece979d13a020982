using System.Text;

namespace Orleans.Dpo.Trainer.Tokenization;

/// <summary>GPT-2's spelling of bytes as printable characters: printable Latin-1 stands for itself, the other 68 bytes follow from U+0100.</summary>
internal static class ByteSpelling
{
    private static readonly char[] s_charOfByte = MakeCharOfByte();
    private static readonly Dictionary<char, byte> s_byteOfChar = MakeByteOfChar();

    /// <summary>The 256 characters in order of the bytes.</summary>
    public static ReadOnlySpan<char> Characters => s_charOfByte;

    /// <summary>Spells the UTF-8 bytes of a text; lone surrogates have been replaced before.</summary>
    public static string Spell(ReadOnlySpan<char> text)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        return string.Create(bytes.Length, bytes, static (characters, source) =>
        {
            for (var i = 0; i < characters.Length; i++)
            {
                characters[i] = s_charOfByte[source[i]];
            }
        });
    }

    /// <summary>The bytes that a token spells; a token with any other character in it stands for its own UTF-8.</summary>
    public static byte[] Read(string token)
    {
        var bytes = new byte[token.Length];
        for (var i = 0; i < token.Length; i++)
        {
            if (!s_byteOfChar.TryGetValue(token[i], out bytes[i]))
            {
                return Encoding.UTF8.GetBytes(token);
            }
        }

        return bytes;
    }

    private static char[] MakeCharOfByte()
    {
        var map = new char[256];
        var next = (char)256;
        for (var b = 0; b < 256; b++)
        {
            map[b] = b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF) ? (char)b : next++;
        }

        return map;
    }

    private static Dictionary<char, byte> MakeByteOfChar()
    {
        var map = new Dictionary<char, byte>();
        for (var b = 0; b < 256; b++)
        {
            map[s_charOfByte[b]] = (byte)b;
        }

        return map;
    }
}
