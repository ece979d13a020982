using System.Globalization;
using System.Net;
using System.Text;

namespace Orleans.Dpo.Trainer.Reports;

/// <summary>Texts and numbers as they stand in a report. Rows are other people's texts: nothing of them may act on the page.</summary>
internal static class ReportText
{
    private const int MostCharacters = 1200;

    /// <summary>A text for element content and quoted attributes: marks escaped; control characters and those that turn the direction of text are spelled out.</summary>
    public static string Escape(string text)
    {
        var safe = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var hidden = Rune.IsControl(rune) ? rune.Value is not ('\n' or '\t') : rune.Value is (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069) or 0x200E or 0x200F or 0x061C;
            _ = hidden ? safe.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:X4}") : safe.Append(rune.ToString());
        }

        return WebUtility.HtmlEncode(safe.ToString());
    }

    /// <summary>The same, and no longer than a reader can use.</summary>
    public static string Shortened(string text) => text.Length <= MostCharacters
        ? Escape(text)
        : string.Create(CultureInfo.InvariantCulture, $"{Escape(text[..MostCharacters])} <em>… {text.Length - MostCharacters} more characters</em>");

    public static string Number(double value)
    {
        var size = Math.Abs(value);
        return size == 0 ? "0" : value.ToString(size switch
        {
            >= 1e6 or < 1e-3 => "0.##E+0",
            >= 1000 => "#,0",
            >= 100 => "0",
            >= 1 => "0.##",
            _ => "0.####",
        }, CultureInfo.InvariantCulture).Replace("-", "\u2212", StringComparison.Ordinal);
    }
}
