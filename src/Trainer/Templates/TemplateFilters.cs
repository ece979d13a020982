using System.Globalization;
using System.Text;

namespace Orleans.Dpo.Trainer.Templates;

/// <summary>What may stand behind a bar.</summary>
internal static class TemplateFilters
{
    private static readonly Dictionary<string, Func<object?, CallArguments, object?>> s_filters = new(StringComparer.Ordinal)
    {
        ["trim"] = (value, a) => TextMethods.Strip(TemplateValues.Text(value), a.At(0, "chars") as string, true, true),
        ["upper"] = (value, _) => TemplateValues.Text(value).ToUpperInvariant(),
        ["lower"] = (value, _) => TemplateValues.Text(value).ToLowerInvariant(),
        ["capitalize"] = (value, _) => TextMethods.Capitalize(TemplateValues.Text(value)),
        ["title"] = (value, _) => TextMethods.Title(TemplateValues.Text(value)),
        ["string"] = (value, _) => TemplateValues.Text(value),
        ["safe"] = (value, _) => TemplateValues.Text(value),
        ["escape"] = (value, _) => Escape(TemplateValues.Text(value)),
        ["e"] = (value, _) => Escape(TemplateValues.Text(value)),
        ["replace"] = (value, a) => TextMethods.Replace(TemplateValues.Text(value), a.Text(0, "old"), a.Text(1, "new"), a.Integer(2, "count", -1)),
        ["indent"] = Indent,
        ["tojson"] = PythonJson.Write,
        ["length"] = (value, a) => TemplateValues.Length(value, a.Line),
        ["count"] = (value, a) => TemplateValues.Length(value, a.Line),
        ["default"] = Default,
        ["d"] = Default,
        ["int"] = Whole,
        ["float"] = Real,
        ["abs"] = (value, a) => value switch { long n => (object)Math.Abs(n), double n => Math.Abs(n), _ => throw a.Refuse($"{TemplateValues.Kind(value)} has no amount") },
        ["round"] = (value, a) => Round(value, a),
        ["join"] = Join,
        ["first"] = (value, a) => Items(value, a) is [var first, ..] ? first : new Undefined("the first of an empty list"),
        ["last"] = (value, a) => Items(value, a) is [.., var last] ? last : new Undefined("the last of an empty list"),
        ["list"] = (value, a) => Items(value, a).ToList(),
        ["reverse"] = Reverse,
        ["unique"] = (value, a) => Items(value, a).Aggregate(new List<object?>(), (seen, item) => { if (!seen.Any(s => TemplateValues.AreEqual(s, item))) { seen.Add(item); } return seen; }),
        ["sort"] = Sort,
        ["min"] = (value, a) => Items(value, a) is { Count: > 0 } items ? items.Aggregate((x, y) => TemplateValues.Compare(x, y, a.Line) <= 0 ? x : y) : new Undefined("the least of an empty list"),
        ["max"] = (value, a) => Items(value, a) is { Count: > 0 } items ? items.Aggregate((x, y) => TemplateValues.Compare(x, y, a.Line) >= 0 ? x : y) : new Undefined("the greatest of an empty list"),
        ["sum"] = (value, a) => Picked(value, a, 0).Aggregate(a.At(1, "start", 0L), (x, y) => Arithmetic.Apply("+", x, y, a.Line)),
        ["map"] = Map,
        ["select"] = (value, a) => Select(value, a, wanted: true),
        ["reject"] = (value, a) => Select(value, a, wanted: false),
        ["selectattr"] = (value, a) => SelectBy(value, a, wanted: true),
        ["rejectattr"] = (value, a) => SelectBy(value, a, wanted: false),
        ["items"] = (value, a) => value is Undefined ? new List<object?>() : Entries(value, a),
        ["dictsort"] = (value, a) => Entries(value, a).OrderBy(entry => (string)((List<object?>)entry!)[0]!, StringComparer.OrdinalIgnoreCase).ToList(),
    };

    public static IReadOnlyCollection<string> Names => s_filters.Keys;

    public static bool IsKnown(string name) => s_filters.ContainsKey(name);

    public static object? Apply(string name, object? value, CallArguments arguments)
    {
        arguments.Scope.Budget.Step(arguments.Line);
        return s_filters.TryGetValue(name, out var filter) ? filter(value, arguments) : throw arguments.Refuse($"the filter '{name}' cannot be done here");
    }

    private static List<object?> Items(object? value, CallArguments arguments) => TemplateValues.Items(value, arguments.Line);

    private static List<object?> Entries(object? value, CallArguments arguments) => value is TemplateMap map
        ? [.. map.Select(entry => new List<object?> { entry.Key, entry.Value })]
        : throw arguments.Refuse($"{TemplateValues.Kind(value)} is no mapping");

    private static object? Default(object? value, CallArguments arguments) =>
        value is Undefined || (TemplateValues.IsTrue(arguments.At(1, "boolean")) && !TemplateValues.IsTrue(value)) ? arguments.At(0, "default_value", "") : value;

    private static object? Whole(object? value, CallArguments arguments) => value switch
    {
        long or bool => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        double number when Math.Abs(number) < 9e18 => (long)Math.Truncate(number),
        string text when long.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        string text when double.TryParse(text, CultureInfo.InvariantCulture, out var number) && Math.Abs(number) < 9e18 => (long)Math.Truncate(number),
        _ => arguments.At(0, "default", 0L),
    };

    private static object? Real(object? value, CallArguments arguments) => TemplateValues.Number(value)
        ?? (value is string text && double.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : arguments.At(0, "default", 0.0));

    private static double Round(object? value, CallArguments arguments)
    {
        var number = TemplateValues.Number(value) ?? throw arguments.Refuse($"{TemplateValues.Kind(value)} cannot be rounded");
        var scale = Math.Pow(10, arguments.Integer(0, "precision", 0));
        return arguments.Text(1, "method", "common") switch
        {
            "common" => Math.Round(number * scale, MidpointRounding.ToEven) / scale,
            "ceil" => Math.Ceiling(number * scale) / scale,
            "floor" => Math.Floor(number * scale) / scale,
            var other => throw arguments.Refuse($"round's method '{other}' cannot be done here"),
        };
    }

    private static string Join(object? value, CallArguments arguments)
    {
        var text = new StringBuilder();
        var separator = TemplateValues.Text(arguments.At(0, "d", ""));
        var first = true;
        foreach (var item in Picked(value, arguments, 1))
        {
            text.Append(first ? "" : separator).Append(TemplateValues.Text(item));
            first = false;
            RenderBudget.Length(arguments.Line, text.Length);
        }

        return text.ToString();
    }

    private static object? Reverse(object? value, CallArguments arguments)
    {
        var items = TemplateValues.Items(value, arguments.Line).AsEnumerable().Reverse();
        return value is string ? string.Concat(items) : items.ToList();
    }

    private static List<object?> Sort(object? value, CallArguments arguments)
    {
        var attribute = arguments.At(2, "attribute") as string;
        var folded = !TemplateValues.IsTrue(arguments.At(1, "case_sensitive"));
        object? Key(object? item)
        {
            var key = attribute is null ? item : Attribute(item, attribute, arguments);
            return folded && key is string text ? text.ToLowerInvariant() : key;
        }

        var order = Comparer<object?>.Create((x, y) => TemplateValues.Compare(x, y, arguments.Line));
        var items = TemplateValues.Items(value, arguments.Line);
        return TemplateValues.IsTrue(arguments.At(0, "reverse")) ? items.OrderByDescending(Key, order).ToList() : items.OrderBy(Key, order).ToList();
    }

    private static List<object?> Map(object? value, CallArguments arguments)
    {
        var items = TemplateValues.Items(value, arguments.Line);
        if (arguments.Named.TryGetValue("attribute", out var named) && named is string attribute)
        {
            var otherwise = arguments.Named.GetValueOrDefault("default", new Undefined(attribute));
            return items.Select(item => Attribute(item, attribute, arguments) is var found && found is Undefined ? otherwise : found).ToList();
        }

        var filter = arguments.Text(0, "filter");
        return items.Select(item => Apply(filter, item, arguments.From(1))).ToList();
    }

    private static List<object?> Select(object? value, CallArguments arguments, bool wanted) =>
        [.. Items(value, arguments).Where(item => Holds(item, arguments, 0) == wanted)];

    private static List<object?> SelectBy(object? value, CallArguments arguments, bool wanted)
    {
        var attribute = arguments.Text(0, "attribute");
        return [.. Items(value, arguments).Where(item => Holds(Attribute(item, attribute, arguments), arguments, 1) == wanted)];
    }

    private static bool Holds(object? value, CallArguments arguments, int test) => arguments.Positional.Count > test
        ? TemplateTests.Holds(arguments.Text(test, "test"), value, arguments.From(test + 1))
        : TemplateValues.IsTrue(value);

    private static IEnumerable<object?> Picked(object? value, CallArguments arguments, int place) =>
        arguments.At(place, "attribute") is string attribute
            ? TemplateValues.Items(value, arguments.Line).Select(item => Attribute(item, attribute, arguments))
            : TemplateValues.Items(value, arguments.Line);

    /// <summary>A member by its path: <c>function.name</c>.</summary>
    private static object? Attribute(object? item, string path, CallArguments arguments) => path.Split('.').Aggregate(item, (owner, part) =>
        TemplateMembers.ByIndex(owner, long.TryParse(part, CultureInfo.InvariantCulture, out var place) ? place : part, arguments.Line));

    private static string Indent(object? value, CallArguments arguments)
    {
        var spaces = arguments.At(0, "width", 4L) is string given ? given : new string(' ', Math.Clamp(arguments.Integer(0, "width", 4), 0, 64));
        var (first, blank) = (TemplateValues.IsTrue(arguments.At(1, "first")), TemplateValues.IsTrue(arguments.At(2, "blank")));
        var lines = TemplateValues.Text(value).Split('\n');
        return string.Join('\n', lines.Select((line, i) => (i == 0 ? first : blank || line.Length > 0) ? spaces + line : line));
    }

    private static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal)
        .Replace("'", "&#39;", StringComparison.Ordinal).Replace("\"", "&#34;", StringComparison.Ordinal);
}
