using System.Buffers.Text;
using System.Globalization;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>Times of the ledger: whole microseconds of UTC, kept as Unix microseconds.</summary>
internal static class LedgerTime
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    public static long From(DateTimeOffset time) => (time.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset To(long microseconds) => new(DateTime.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    public static long Minutes(int minutes) => minutes * 60_000_000L;

    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);

    public static bool TryParse(string? text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(text, Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);

    /// <summary>Writes the 27 bytes of a time without a string in between.</summary>
    public static void Write(long microseconds, Span<byte> text27)
    {
        // Round-trip form has seven digits and an offset; the ledger's has six digits and a Z.
        Span<byte> round = stackalloc byte[33];
        Utf8Formatter.TryFormat(To(microseconds).UtcDateTime, round, out _, 'O');
        round[..26].CopyTo(text27);
        text27[26] = (byte)'Z';
    }
}
