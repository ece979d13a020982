using System.Buffers;
using System.Security.Cryptography;

namespace Orleans.Dpo.Grains.Formats;

/// <summary>ULIDs: 48 bits of Unix milliseconds and 80 random bits as 26 Crockford base-32 characters.</summary>
public static class Ulid
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static readonly SearchValues<char> s_alphabet = SearchValues.Create(Alphabet);

    /// <summary>A new ULID of the given instant.</summary>
    public static string New(DateTimeOffset now)
    {
        Span<byte> random = stackalloc byte[10];
        RandomNumberGenerator.Fill(random);
        return From(now, random);
    }

    /// <summary>The ULID of an instant and ten given bytes.</summary>
    public static string From(DateTimeOffset now, ReadOnlySpan<byte> random)
    {
        UInt128 bits = (ulong)now.ToUnixTimeMilliseconds() & 0xFFFF_FFFF_FFFF;
        for (var i = 0; i < 10; i++)
        {
            bits = (bits << 8) | random[i];
        }

        Span<char> text = stackalloc char[26];
        for (var i = 25; i >= 0; i--)
        {
            text[i] = Alphabet[(int)(bits & 31)];
            bits >>= 5;
        }

        return new(text);
    }

    /// <summary>True for 26 characters of the alphabet whose first is at most 7 (128 bits).</summary>
    public static bool IsValid(string? text) => text is { Length: 26 } && text[0] <= '7' && text.AsSpan().IndexOfAnyExcept(s_alphabet) < 0;

    /// <summary>The 128 bits of a valid ULID.</summary>
    public static UInt128 ToBits(ReadOnlySpan<char> text)
    {
        UInt128 bits = 0;
        foreach (var c in text)
        {
            bits = (bits << 5) | (uint)Alphabet.IndexOf(c, StringComparison.Ordinal);
        }

        return bits;
    }

    /// <summary>The ULID of 128 bits.</summary>
    public static string FromBits(UInt128 bits) => string.Create(26, bits, static (text, rest) =>
    {
        for (var i = 25; i >= 0; i--)
        {
            text[i] = Alphabet[(int)(rest & 31)];
            rest >>= 5;
        }
    });
}
