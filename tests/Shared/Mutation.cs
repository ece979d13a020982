using System.Buffers;
using System.Text;

namespace Orleans.Dpo.Testing;

/// <summary>Bytes of a right file made wrong at random places, the same for the same seed.</summary>
internal static class Mutation
{
    private static readonly SearchValues<byte> s_begins = SearchValues.Create(":,[{"u8);
    private static readonly SearchValues<byte> s_ends = SearchValues.Create(":,[]{}"u8);
    private static readonly byte[][] s_pieces = [.. new[]
    {
        "null", "true", "-1", "0", "1e999", "-0.0", "99999999999999999999", "9223372036854775807", "2147483648", "\"\"", "\"\\ud800\"", "\"\\u0000\"", "{}", "[]", "[[[[[[[[", "}}}}", "\"", "\\",
        "\n", "\r", ",", ":", "\0", "\uFEFF", "\u00E9", "NaN", "../", "{\"a\":1,\"a\":2}", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "%00", "\u202E",
    }.Select(Encoding.UTF8.GetBytes), [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], .. new[] { new string('[', 2000), new string('9', 400), new string('x', 5000) }.Select(Encoding.ASCII.GetBytes)];

    /// <summary>One to four changes: a bit, a byte, a part gone, doubled, moved or cut off, a number or a word in place of another, an odd piece put in.</summary>
    public static byte[] Of(byte[] bytes, Random random)
    {
        for (var changes = random.Next(1, 5); changes > 0 && bytes.Length > 0; changes--)
        {
            bytes = Change(bytes, random);
        }

        return bytes;
    }

    private static byte[] Change(byte[] bytes, Random random)
    {
        var at = random.Next(bytes.Length);
        var length = Math.Min(bytes.Length - at, 1 + random.Next(random.Next(4) == 0 ? bytes.Length : 24));
        switch (random.Next(9))
        {
            case 0:
                byte[] flipped = [.. bytes];
                flipped[at] ^= (byte)(1 << random.Next(8));
                return flipped;
            case 1:
                return [.. bytes[..at], (byte)random.Next(256), .. bytes[(at + 1)..]];
            case 2:
                return [.. bytes[..at], .. bytes[(at + length)..]];
            case 3:
                return [.. bytes[..(at + length)], .. bytes[at..]];
            case 4:
                return bytes[..at];
            case 5:
                var to = random.Next(bytes.Length);
                return [.. bytes[..to], .. bytes[at..(at + length)], .. bytes[to..]];
            case 6:
                return [.. bytes[..at], .. s_pieces[random.Next(s_pieces.Length)], .. bytes[at..]];
            default:
                // In place of what stands between two signs of JSON: a value most of the time.
                var end = bytes.AsSpan(at).IndexOfAny(s_ends);
                var begin = end < 0 ? -1 : bytes.AsSpan(0, at + end).LastIndexOfAny(s_begins);
                return begin < 0 ? bytes[..at] : [.. bytes[..(begin + 1)], .. s_pieces[random.Next(s_pieces.Length)], .. bytes[(at + end)..]];
        }
    }
}
