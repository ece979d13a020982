using System.Globalization;
using System.Text;

namespace Orleans.Dpo.Trainer.Templates;

/// <summary>How values of a template behave: as Python's do, because that is where templates are written and run.</summary>
/// <remarks>Values are null, <see cref="Undefined"/>, bool, long, double, string, lists, <see cref="TemplateMap"/>, <see cref="TemplateNamespace"/> and <see cref="TemplateFunction"/>.</remarks>
internal static class TemplateValues
{
    public static bool IsTrue(object? value) => value switch
    {
        null or Undefined => false,
        bool flag => flag,
        long number => number != 0,
        double number => number != 0,
        string text => text.Length > 0,
        List<object?> list => list.Count > 0,
        TemplateMap map => map.Count > 0,
        _ => true,
    };

    public static bool AreEqual(object? left, object? right) => (left, right) switch
    {
        (Undefined, Undefined) or (null, null) => true,
        (string a, string b) => a == b,
        (List<object?> a, List<object?> b) => a.Count == b.Count && a.Zip(b).All(pair => AreEqual(pair.First, pair.Second)),
        (TemplateMap a, TemplateMap b) => a.Count == b.Count && a.All(entry => b.TryGetValue(entry.Key, out var other) && AreEqual(entry.Value, other)),
        _ when Number(left) is { } a && Number(right) is { } b => a == b,
        _ => ReferenceEquals(left, right),
    };

    public static int Compare(object? left, object? right, int line) => (left, right) switch
    {
        (string a, string b) => string.CompareOrdinal(a, b),
        _ when Number(left) is { } a && Number(right) is { } b => a.CompareTo(b),
        _ => throw new TemplateException(line, $"{Kind(left)} and {Kind(right)} have no order"),
    };

    public static double? Number(object? value) => value switch
    {
        bool flag => flag ? 1 : 0,
        long number => number,
        double number => number,
        _ => null,
    };

    public static bool Contains(object? owner, object? item, int line) => owner switch
    {
        string text when item is string part => text.Contains(part, StringComparison.Ordinal),
        List<object?> list => list.Any(value => AreEqual(value, item)),
        TemplateMap map => item is string key && map.ContainsKey(key),
        TemplateNamespace space => item is string key && space.Members.ContainsKey(key),
        Undefined => false,
        _ => throw new TemplateException(line, $"'in' cannot look for {Kind(item)} in {Kind(owner)}"),
    };

    /// <summary>What a loop walks over: members of a list, characters of a text, keys of a mapping, nothing of what is not there.</summary>
    public static List<object?> Items(object? value, int line) => value switch
    {
        List<object?> list => list,
        string text => [.. Characters(text)],
        TemplateMap map => [.. map.Keys],
        Undefined => [],
        _ => throw new TemplateException(line, $"{Kind(value)} is no list"),
    };

    /// <summary>The code points of a text, each as a text.</summary>
    public static IReadOnlyList<string> Characters(string text) => text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0
        ? [.. text.Select(c => c.ToString())]
        : [.. text.EnumerateRunes().Select(rune => rune.ToString())];

    public static long Length(object? value, int line) => value switch
    {
        string text => text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0 ? text.Length : text.EnumerateRunes().Count(),
        List<object?> list => list.Count,
        TemplateMap map => map.Count,
        Undefined => 0,
        _ => throw new TemplateException(line, $"{Kind(value)} has no length"),
    };

    /// <summary>A value as it prints.</summary>
    public static string Text(object? value) => value switch
    {
        null => "None",
        Undefined => "",
        string text => text,
        bool flag => flag ? "True" : "False",
        long number => number.ToString(CultureInfo.InvariantCulture),
        double number => Real(number),
        List<object?> list => $"[{string.Join(", ", list.Select(Quoted))}]",
        TemplateMap map => $"{{{string.Join(", ", map.Select(entry => $"{Quoted(entry.Key)}: {Quoted(entry.Value)}"))}}}",
        TemplateNamespace => "<Namespace>",
        _ => "<function>",
    };

    public static string Real(double number)
    {
        if (!double.IsFinite(number))
        {
            return double.IsNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";
        }

        var text = number.ToString("R", CultureInfo.InvariantCulture);
        if (!text.Contains('E', StringComparison.Ordinal))
        {
            return text.Contains('.', StringComparison.Ordinal) ? text : text + ".0";
        }

        // Python writes one decimal place more without an exponent than .NET does.
        return Math.Abs(number) is >= 1e15 and < 1e16 ? number.ToString("F1", CultureInfo.InvariantCulture) : text.ToLowerInvariant();
    }

    public static string Kind(object? value) => value switch
    {
        null => "none",
        Undefined missing => $"'{missing.Name}', which is undefined,",
        bool => "a boolean",
        long or double => "a number",
        string => "a text",
        List<object?> => "a list",
        TemplateMap => "a mapping",
        TemplateNamespace => "a namespace",
        _ => "a function",
    };

    /// <summary>A value inside a list as it prints: texts in quotes.</summary>
    private static string Quoted(object? value)
    {
        if (value is not string text)
        {
            return Text(value);
        }

        var quote = text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        var result = new StringBuilder().Append(quote);
        foreach (var c in text)
        {
            _ = c switch
            {
                '\\' => result.Append(@"\\"),
                '\n' => result.Append(@"\n"),
                '\r' => result.Append(@"\r"),
                '\t' => result.Append(@"\t"),
                _ when c == quote => result.Append('\\').Append(c),
                < ' ' or '\x7f' => result.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"),
                _ => result.Append(c),
            };
        }

        return result.Append(quote).ToString();
    }
}
