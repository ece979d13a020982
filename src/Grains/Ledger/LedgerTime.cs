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

    /// <summary>Reads the 27 bytes of a time; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out DateTimeOffset time)
    {
        time = default;
        if (text.Length is not 27 || text[4] is not (byte)'-' || text[7] is not (byte)'-' || text[10] is not (byte)'T' || text[13] is not (byte)':' || text[16] is not (byte)':' || text[19] is not (byte)'.' || text[26] is not (byte)'Z')
        {
            return false;
        }

        var (year, month, day) = (Number(text[..4]), Number(text[5..7]), Number(text[8..10]));
        var (hour, minute, second, micros) = (Number(text[11..13]), Number(text[14..16]), Number(text[17..19]), Number(text[20..26]));
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour is < 0 or > 23 || minute is < 0 or > 59 || second is < 0 or > 59 || micros < 0)
        {
            return false;
        }

        time = new(new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).AddTicks(micros * TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
        return true;

        static int Number(ReadOnlySpan<byte> digits)
        {
            var number = 0;
            foreach (var digit in digits)
            {
                if (!char.IsAsciiDigit((char)digit))
                {
                    return -1;
                }

                number = (10 * number) + digit - '0';
            }

            return number;
        }
    }

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
