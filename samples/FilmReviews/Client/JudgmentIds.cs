using System.Security.Cryptography;

namespace Orleans.Dpo.Samples.FilmReviews.Client;

/// <summary>New judgment ids: ULIDs, made by the client so that sending one again is harmless.</summary>
internal static class JudgmentIds
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    public static string New(DateTimeOffset now)
    {
        Span<byte> random = stackalloc byte[10];
        RandomNumberGenerator.Fill(random);
        UInt128 bits = (ulong)now.ToUnixTimeMilliseconds();
        foreach (var value in random)
        {
            bits = (bits << 8) | value;
        }

        Span<char> text = stackalloc char[26];
        for (var i = text.Length - 1; i >= 0; i--)
        {
            text[i] = Alphabet[(int)(bits & 31)];
            bits >>= 5;
        }

        return new string(text);
    }
}
