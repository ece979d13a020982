using System.Text;

namespace Microsoft.ML.Tokenizers;

/// <summary>GPT-2's alphabet: each byte is a printable character. Printable Latin-1 stands for itself, the other 68 bytes follow from U+0100.</summary>
internal static class ByteAlphabet
{
    private static readonly char[] s_charOfByte = MakeCharOfByte();
    private static readonly short[] s_byteOfChar = MakeByteOfChar();

    public static char CharOf(byte value) => s_charOfByte[value];
    /// <summary>The byte of a character, or -1 when the alphabet does not have it.</summary>
    public static int ByteOf(char value) => value < s_byteOfChar.Length ? s_byteOfChar[value] : -1;
    /// <summary>Spells a text; <paramref name="sources"/> gets the UTF-16 index that each character comes from.</summary>
    public static char[] Spell(ReadOnlySpan<char> text, List<int>? sources)
    {
        var spelled = new List<char>(text.Length + 8);
        Span<byte> bytes = stackalloc byte[4];
        for (var i = 0; i < text.Length;)
        {
            var start = i;
            int count;
            if (Rune.DecodeFromUtf16(text[i..], out var rune, out var used) is System.Buffers.OperationStatus.Done)
            {
                count = rune.EncodeToUtf8(bytes);
            }
            else
            {
                // A lone surrogate is spelled as the three bytes that a wider UTF-8 would give it; the package does the same.
                count = SpellSurrogate(text[i], bytes);
            }

            i += used;
            for (var k = 0; k < count; k++)
            {
                spelled.Add(CharOf(bytes[k]));
                sources?.Add(start);
            }
        }

        return [.. spelled];
    }

    private static int SpellSurrogate(char value, Span<byte> bytes)
    {
        bytes[0] = (byte)(0xE0 | (value >> 12));
        bytes[1] = (byte)(0x80 | ((value >> 6) & 0x3F));
        bytes[2] = (byte)(0x80 | (value & 0x3F));
        return 3;
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

    private static short[] MakeByteOfChar()
    {
        var map = new short[256 + 68];
        Array.Fill(map, (short)-1);
        for (var b = 0; b < 256; b++)
        {
            map[s_charOfByte[b]] = (short)b;
        }

        return map;
    }
}
