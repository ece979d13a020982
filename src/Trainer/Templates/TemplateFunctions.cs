using System.Globalization;
using System.Text;

namespace Orleans.Dpo.Trainer.Templates;

/// <summary>The functions that every template finds.</summary>
internal static class TemplateFunctions
{
    private const int LongestRange = 100_000;

    /// <param name="day">The day that <c>strftime_now</c> tells, or null: then it is undefined, and templates that ask take the day written in them.</param>
    public static Dictionary<string, object?> All(DateTimeOffset? day)
    {
        var functions = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["raise_exception"] = (TemplateFunction)(a => throw a.Refuse($"the template says: {TemplateValues.Text(a.At(0, "message", ""))}")),
            ["namespace"] = (TemplateFunction)(a => new TemplateNamespace(Members(a))),
            ["dict"] = (TemplateFunction)Members,
            ["range"] = (TemplateFunction)Range,
        };
        if (day is { } now)
        {
            functions["strftime_now"] = (TemplateFunction)(a => Formatted(now, a.Text(0, "format"), a));
        }

        return functions;
    }

    private static TemplateMap Members(CallArguments arguments)
    {
        var members = new TemplateMap();
        foreach (var (name, value) in (arguments.At(0, "mapping") as TemplateMap ?? []).Concat(arguments.Named))
        {
            members[name] = value;
        }

        return members;
    }

    private static List<object?> Range(CallArguments arguments)
    {
        var (first, end, step) = arguments.Positional.Count > 1
            ? (arguments.Integer(0, "start", 0), arguments.Integer(1, "stop", 0), arguments.Integer(2, "step", 1))
            : (0, arguments.Integer(0, "stop", 0), 1);
        if (step == 0 || Math.Abs(((long)end - first) / step) > LongestRange)
        {
            throw arguments.Refuse($"a range has at most {LongestRange} numbers and a step that is not 0");
        }

        var numbers = new List<object?>();
        for (long i = first; step > 0 ? i < end : i > end; i += step)
        {
            numbers.Add(i);
        }

        return numbers;
    }

    private static string Formatted(DateTimeOffset now, string format, CallArguments arguments)
    {
        var text = new StringBuilder();
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                text.Append(format[i]);
                continue;
            }

            var bare = format[i + 1] == '-' && i + 2 < format.Length;
            i += bare ? 2 : 1;
            var part = Part(now, format[i]) ?? throw arguments.Refuse($"%{format[i]} of strftime_now cannot be done here");
            text.Append(bare ? part.TrimStart('0') : part);
        }

        return text.ToString();
    }

    private static string? Part(DateTimeOffset now, char code)
    {
        string As(string format) => now.ToString(format, CultureInfo.InvariantCulture);
        return code switch
        {
            'Y' => As("yyyy"),
            'y' => As("yy"),
            'm' => As("MM"),
            'd' => As("dd"),
            'B' => As("MMMM"),
            'b' => As("MMM"),
            'A' => As("dddd"),
            'a' => As("ddd"),
            'H' => As("HH"),
            'I' => As("hh"),
            'M' => As("mm"),
            'S' => As("ss"),
            'p' => As("tt"),
            'j' => now.DayOfYear.ToString("D3", CultureInfo.InvariantCulture),
            'F' => As("yyyy-MM-dd"),
            'T' => As("HH:mm:ss"),
            '%' => "%",
            _ => null,
        };
    }
}
