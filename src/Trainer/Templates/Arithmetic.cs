using System.Globalization;
using System.Text;

namespace Orleans.Dpo.Trainer.Templates;

/// <summary>The operators that make a new value of two.</summary>
internal static class Arithmetic
{
    public static object? Apply(string name, object? left, object? right, int line) => (name, left, right) switch
    {
        ("~", _, _) => Joined(TemplateValues.Text(left), TemplateValues.Text(right), line),
        ("+", string a, string b) => Joined(a, b, line),
        ("+", List<object?> a, List<object?> b) => Concatenated(a, b, line),
        ("*", string a, long count) => Repeated(a, count, line),
        ("*", long count, string a) => Repeated(a, count, line),
        ("%", string format, _) => Formatted(format, right is List<object?> list ? list : [right], line),
        ("/", _, _) when Numbers(left, right) is { } n => n.Right == 0 ? throw ByZero(line) : n.Left / n.Right,
        (_, long or bool, long or bool) => Whole(name, Convert.ToInt64(left, CultureInfo.InvariantCulture), Convert.ToInt64(right, CultureInfo.InvariantCulture), line),
        _ when Numbers(left, right) is { } n => Real(name, n.Left, n.Right, line),
        _ => throw new TemplateException(line, $"'{name}' cannot be applied to {TemplateValues.Kind(left)} and {TemplateValues.Kind(right)}"),
    };

    private static string Joined(string left, string right, int line)
    {
        RenderBudget.Length(line, (long)left.Length + right.Length);
        return left + right;
    }

    private static List<object?> Concatenated(List<object?> left, List<object?> right, int line)
    {
        RenderBudget.Length(line, (long)left.Count + right.Count);
        return [.. left, .. right];
    }

    private static string Repeated(string text, long count, int line)
    {
        RenderBudget.Length(line, count > 0 && text.Length > 0 ? checked(Math.Min(count, int.MaxValue) * text.Length) : 0);
        return new StringBuilder().Insert(0, text, (int)Math.Max(0, count)).ToString();
    }

    /// <summary>Printf formatting with <c>%s</c>, <c>%d</c> and <c>%%</c>.</summary>
    private static string Formatted(string format, List<object?> values, int line)
    {
        var text = new StringBuilder();
        var next = 0;
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                text.Append(format[i]);
                continue;
            }

            i++;
            text.Append(format[i] switch
            {
                '%' => "%",
                's' when next < values.Count => TemplateValues.Text(values[next++]),
                'd' when next < values.Count && values[next] is long number => Advance(number),
                _ => throw new TemplateException(line, $"%{format[i]} in a format cannot be done here"),
            });
        }

        return next == values.Count ? text.ToString() : throw new TemplateException(line, "a format has fewer places than values");

        string Advance(long number)
        {
            next++;
            return TemplateValues.Text(number);
        }
    }

    private static object Whole(string name, long left, long right, int line)
    {
        try
        {
            return checked(name switch
            {
                "+" => left + right,
                "-" => left - right,
                "*" => left * right,
                "//" => right == 0 ? throw ByZero(line) : (long)Math.Floor((decimal)left / right),
                "%" => right == 0 ? throw ByZero(line) : left - (right * (long)Math.Floor((decimal)left / right)),
                "**" when right >= 0 => (long)Math.Pow(left, right),
                "**" => (object)Math.Pow(left, right),
                _ => throw new TemplateException(line, $"'{name}' cannot be done here"),
            });
        }
        catch (OverflowException)
        {
            throw new TemplateException(line, "a number is too large");
        }
    }

    private static double Real(string name, double left, double right, int line) => name switch
    {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "**" => Math.Pow(left, right),
        "//" => right == 0 ? throw ByZero(line) : Math.Floor(left / right),
        "%" => right == 0 ? throw ByZero(line) : left - (right * Math.Floor(left / right)),
        _ => throw new TemplateException(line, $"'{name}' cannot be done here"),
    };

    private static (double Left, double Right)? Numbers(object? left, object? right) =>
        TemplateValues.Number(left) is { } a && TemplateValues.Number(right) is { } b ? (a, b) : null;

    private static TemplateException ByZero(int line) => new(line, "a division by zero");
}
