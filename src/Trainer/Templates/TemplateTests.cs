namespace Orleans.Dpo.Trainer.Templates;

/// <summary>What may stand behind <c>is</c>.</summary>
internal static class TemplateTests
{
    private static readonly Dictionary<string, Func<object?, CallArguments, bool>> s_tests = new(StringComparer.Ordinal)
    {
        ["defined"] = (value, _) => value is not Undefined,
        ["undefined"] = (value, _) => value is Undefined,
        ["none"] = (value, _) => value is null,
        ["boolean"] = (value, _) => value is bool,
        ["true"] = (value, _) => value is true,
        ["false"] = (value, _) => value is false,
        ["string"] = (value, _) => value is string,
        ["number"] = (value, _) => value is long or double or bool,
        ["integer"] = (value, _) => value is long,
        ["float"] = (value, _) => value is double,
        ["mapping"] = (value, _) => value is TemplateMap,
        ["sequence"] = (value, _) => value is string or List<object?> or TemplateMap or Undefined,
        ["iterable"] = (value, _) => value is string or List<object?> or TemplateMap or Undefined,
        ["callable"] = (value, _) => value is TemplateFunction,
        ["sameas"] = (value, a) => value is null or bool or long or string ? Equals(value, a.At(0, "other")) : ReferenceEquals(value, a.At(0, "other")),
        ["odd"] = (value, a) => Whole(value, a) % 2 != 0,
        ["even"] = (value, a) => Whole(value, a) % 2 == 0,
        ["divisibleby"] = (value, a) => Whole(value, a) % Math.Max(1, a.Integer(0, "num", 1)) == 0,
        ["lower"] = (value, _) => value is string text && text.Any(char.IsLower) && !text.Any(char.IsUpper),
        ["upper"] = (value, _) => value is string text && text.Any(char.IsUpper) && !text.Any(char.IsLower),
        ["in"] = (value, a) => TemplateValues.Contains(a.At(0, "seq"), value, a.Line),
        ["eq"] = Equal,
        ["equalto"] = Equal,
        ["ne"] = (value, a) => !Equal(value, a),
        ["lt"] = (value, a) => Compare(value, a) < 0,
        ["lessthan"] = (value, a) => Compare(value, a) < 0,
        ["le"] = (value, a) => Compare(value, a) <= 0,
        ["gt"] = (value, a) => Compare(value, a) > 0,
        ["greaterthan"] = (value, a) => Compare(value, a) > 0,
        ["ge"] = (value, a) => Compare(value, a) >= 0,
    };

    public static IReadOnlyCollection<string> Names => s_tests.Keys;

    public static bool IsKnown(string name) => s_tests.ContainsKey(name);

    public static bool Holds(string name, object? value, CallArguments arguments) => s_tests.TryGetValue(name, out var test)
        ? test(value, arguments)
        : throw arguments.Refuse($"the test '{name}' cannot be done here");

    private static bool Equal(object? value, CallArguments arguments) => TemplateValues.AreEqual(value, arguments.At(0, "other"));

    private static int Compare(object? value, CallArguments arguments) => TemplateValues.Compare(value, arguments.At(0, "other"), arguments.Line);

    private static long Whole(object? value, CallArguments arguments) => value as long? ?? throw arguments.Refuse($"{TemplateValues.Kind(value)} is no whole number");
}
