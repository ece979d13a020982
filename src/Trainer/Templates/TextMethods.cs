using System.Text;

namespace Orleans.Dpo.Trainer.Templates;

/// <summary>Methods of texts, as Python's str has them.</summary>
internal static class TextMethods
{
    /// <summary>The method of this name, or null where the subset has none.</summary>
    public static TemplateFunction? Find(string text, string name) => name switch
    {
        "strip" => a => Strip(text, Characters(a), true, true),
        "lstrip" => a => Strip(text, Characters(a), true, false),
        "rstrip" => a => Strip(text, Characters(a), false, true),
        "upper" => _ => text.ToUpperInvariant(),
        "lower" => _ => text.ToLowerInvariant(),
        "title" => _ => Title(text),
        "capitalize" => _ => Capitalize(text),
        "startswith" => a => Any(a, prefix => text.StartsWith(prefix, StringComparison.Ordinal)),
        "endswith" => a => Any(a, suffix => text.EndsWith(suffix, StringComparison.Ordinal)),
        "split" => a => Split(text, a, fromEnd: false),
        "rsplit" => a => Split(text, a, fromEnd: true),
        "splitlines" => _ => Lines(text),
        "replace" => a => Replace(text, a.Text(0, "old"), a.Text(1, "new"), a.Integer(2, "count", -1)),
        "join" => a => string.Join(text, TemplateValues.Items(a.At(0, "iterable"), a.Line).Select(item => item as string ?? throw a.Refuse("join needs texts"))),
        "find" => a => Place(text, text.IndexOf(a.Text(0, "sub"), StringComparison.Ordinal)),
        "rfind" => a => Place(text, text.LastIndexOf(a.Text(0, "sub"), StringComparison.Ordinal)),
        "index" => a => text.IndexOf(a.Text(0, "sub"), StringComparison.Ordinal) is >= 0 and var at ? Place(text, at) : throw a.Refuse("the text does not have the part that is looked for"),
        "count" => a => a.Text(0, "sub") is { Length: > 0 } part ? (text.Split(part).Length - 1L) : TemplateValues.Length(text, a.Line) + 1,
        "removeprefix" => a => a.Text(0, "prefix") is var prefix && text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : text,
        "removesuffix" => a => a.Text(0, "suffix") is { Length: > 0 } suffix && text.EndsWith(suffix, StringComparison.Ordinal) ? text[..^suffix.Length] : text,
        "isdigit" => _ => text.Length > 0 && text.All(char.IsDigit),
        "isalpha" => _ => text.Length > 0 && text.EnumerateRunes().All(Rune.IsLetter),
        "isalnum" => _ => text.Length > 0 && text.EnumerateRunes().All(Rune.IsLetterOrDigit),
        "isspace" => _ => text.Length > 0 && text.All(IsSpace),
        "isupper" => _ => text.Any(char.IsUpper) && !text.Any(char.IsLower),
        "islower" => _ => text.Any(char.IsLower) && !text.Any(char.IsUpper),
        _ => null,
    };

    public static string Strip(string text, string? characters, bool left, bool right)
    {
        bool Goes(char c) => characters is null ? IsSpace(c) : characters.Contains(c, StringComparison.Ordinal);

        var (first, end) = (0, text.Length);
        while (left && first < end && Goes(text[first]))
        {
            first++;
        }

        while (right && end > first && Goes(text[end - 1]))
        {
            end--;
        }

        return text[first..end];
    }

    public static string Capitalize(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..].ToLowerInvariant();

    public static string Title(string text)
    {
        var result = new StringBuilder(text.Length);
        var inWord = false;
        foreach (var c in text)
        {
            result.Append(inWord ? char.ToLowerInvariant(c) : char.ToUpperInvariant(c));
            inWord = char.IsLetter(c);
        }

        return result.ToString();
    }

    public static string Replace(string text, string old, string with, int count)
    {
        if (count < 0 && old.Length > 0)
        {
            return text.Replace(old, with, StringComparison.Ordinal);
        }

        var result = new StringBuilder();
        var at = 0;
        for (; count != 0 && old.Length > 0 && text.IndexOf(old, at, StringComparison.Ordinal) is >= 0 and var next; count--)
        {
            result.Append(text, at, next - at).Append(with);
            at = next + old.Length;
        }

        return result.Append(text, at, text.Length - at).ToString();
    }

    private static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\x1c' and <= '\x1f';

    private static string? Characters(CallArguments arguments) => arguments.At(0, "chars") is null ? null : arguments.Text(0, "chars");

    private static bool Any(CallArguments arguments, Func<string, bool> holds) => arguments.At(0, "prefix") switch
    {
        string one => holds(one),
        List<object?> several => several.OfType<string>().Any(holds),
        _ => throw arguments.Refuse("a text is expected"),
    };

    private static List<object?> Split(string text, CallArguments arguments, bool fromEnd)
    {
        var most = arguments.Integer(1, "maxsplit", -1);
        if (arguments.At(0, "sep") is null)
        {
            return most < 0
                ? [.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)]
                : throw arguments.Refuse("split with a limit needs a separator here");
        }

        var separator = arguments.Text(0, "sep");
        if (separator.Length == 0)
        {
            throw arguments.Refuse("split needs a separator that is not empty");
        }

        var parts = text.Split(separator);
        if (most < 0 || parts.Length <= most + 1)
        {
            return [.. parts];
        }

        return fromEnd
            ? [string.Join(separator, parts[..^most]), .. parts[^most..]]
            : [.. parts[..most], string.Join(separator, parts[most..])];
    }

    private static List<object?> Lines(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        return lines[^1].Length == 0 ? [.. lines[..^1]] : [.. lines];
    }

    private static long Place(string text, int at) => at <= 0 ? at : TemplateValues.Length(text[..at], 0);
}
