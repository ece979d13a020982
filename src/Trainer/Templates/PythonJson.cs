using System.Globalization;
using System.Text;

namespace Orleans.Dpo.Trainer.Templates;

/// <summary>JSON as Python's <c>json.dumps(…, ensure_ascii=False)</c> writes it: a space after commas and colons, code points as they are.</summary>
internal static class PythonJson
{
    public static string Write(object? value, CallArguments arguments)
    {
        var indent = arguments.At(1, "indent") switch
        {
            null => (string?)null,
            long spaces and >= 0 and <= 32 => new string(' ', (int)spaces),
            string given => given,
            _ => throw arguments.Refuse("tojson needs a small number as indent"),
        };
        if (arguments.Named.Keys.FirstOrDefault(name => name is not ("indent" or "ensure_ascii" or "sort_keys")) is { } unknown)
        {
            throw arguments.Refuse($"tojson's {unknown} cannot be done here");
        }

        var text = new StringBuilder();
        new Writer(text, indent, TemplateValues.IsTrue(arguments.At(0, "ensure_ascii")), TemplateValues.IsTrue(arguments.Named.GetValueOrDefault("sort_keys")), arguments)
            .Value(value, 0);
        return text.ToString();
    }

    private sealed class Writer(StringBuilder text, string? indent, bool ascii, bool sort, CallArguments arguments)
    {
        public void Value(object? value, int depth)
        {
            RenderBudget.Length(arguments.Line, text.Length);
            switch (value)
            {
                case null:
                    text.Append("null");
                    break;
                case bool flag:
                    text.Append(flag ? "true" : "false");
                    break;
                case long or double:
                    text.Append(TemplateValues.Text(value));
                    break;
                case string characters:
                    Quoted(characters);
                    break;
                case List<object?> list:
                    Block('[', ']', list, depth, item => Value(item, depth + 1));
                    break;
                case TemplateMap map:
                    IEnumerable<KeyValuePair<string, object?>> entries = sort ? map.OrderBy(entry => entry.Key, StringComparer.Ordinal) : map;
                    Block('{', '}', [.. entries], depth, entry =>
                    {
                        Quoted(entry.Key);
                        text.Append(": ");
                        Value(entry.Value, depth + 1);
                    });
                    break;
                default:
                    throw arguments.Refuse($"{TemplateValues.Kind(value)} cannot be written as JSON");
            }
        }

        private void Block<T>(char open, char close, List<T> items, int depth, Action<T> write)
        {
            text.Append(open);
            for (var i = 0; i < items.Count; i++)
            {
                text.Append(i == 0 ? "" : indent is null ? ", " : ",");
                NewLine(depth + 1);
                write(items[i]);
            }

            if (items.Count > 0)
            {
                NewLine(depth);
            }

            text.Append(close);
        }

        private void NewLine(int depth)
        {
            if (indent is not null)
            {
                text.Append('\n').Insert(text.Length, indent, depth);
            }
        }

        private void Quoted(string characters)
        {
            text.Append('"');
            foreach (var c in characters)
            {
                _ = c switch
                {
                    '"' => text.Append("\\\""),
                    '\\' => text.Append(@"\\"),
                    '\n' => text.Append(@"\n"),
                    '\r' => text.Append(@"\r"),
                    '\t' => text.Append(@"\t"),
                    '\b' => text.Append(@"\b"),
                    '\f' => text.Append(@"\f"),
                    < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                    _ when ascii && c > '~' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                    _ => text.Append(c),
                };
            }

            text.Append('"');
        }
    }
}
