using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orleans.Dpo.Grains.Formats;

/// <summary>
/// The one JSON text of a value, for hashes: no spaces, keys in ordinal order, integers as they are, other numbers with exactly six decimals,
/// and in strings only <c>"</c>, <c>\</c> and characters below U+0020 escaped (the string rule of RFC 8785). It depends on no Unicode tables.
/// </summary>
public static class CanonicalJson
{
    /// <summary>The canonical text of a node.</summary>
    public static string Write(JsonNode? node)
    {
        var text = new StringBuilder();
        Append(text, node);
        return text.ToString();
    }

    /// <summary>The canonical UTF-8 bytes of a node and a line feed.</summary>
    public static byte[] Line(JsonNode? node) => Encoding.UTF8.GetBytes(Write(node) + "\n");

    /// <summary>A JSON string literal.</summary>
    public static string Quote(string value)
    {
        var text = new StringBuilder(value.Length + 2);
        AppendString(text, value);
        return text.ToString();
    }

    /// <summary>A number that is not an integer: six decimals, half away from zero; never <c>-0.000000</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not finite: JSON has no such number.</exception>
    public static string Number(double value)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(double.IsFinite(value), true, nameof(value));
        var text = value.ToString("F6", CultureInfo.InvariantCulture);
        return text is "-0.000000" ? "0.000000" : text;
    }

    private static void Append(StringBuilder text, JsonNode? node)
    {
        switch (node)
        {
            case null:
                text.Append("null");
                break;
            case JsonArray array:
                text.Append('[');
                for (var i = 0; i < array.Count; i++)
                {
                    text.Append(i is 0 ? "" : ",");
                    Append(text, array[i]);
                }

                text.Append(']');
                break;
            case JsonObject members:
                var first = true;
                text.Append('{');
                foreach (var (key, value) in members.OrderBy(member => member.Key, StringComparer.Ordinal))
                {
                    text.Append(first ? "" : ",");
                    AppendString(text, key);
                    text.Append(':');
                    Append(text, value);
                    first = false;
                }

                text.Append('}');
                break;
            default:
                AppendValue(text, node.AsValue());
                break;
        }
    }

    private static void AppendValue(StringBuilder text, JsonValue value)
    {
        switch (value.GetValueKind())
        {
            case JsonValueKind.String:
                AppendString(text, value.GetValue<string>());
                break;
            case JsonValueKind.Number when value.TryGetValue<long>(out var whole):
                text.Append(whole.ToString(CultureInfo.InvariantCulture));
                break;
            case JsonValueKind.Number when value.TryGetValue<int>(out var small):
                text.Append(small.ToString(CultureInfo.InvariantCulture));
                break;
            case JsonValueKind.Number:
                text.Append(Number(value.GetValue<double>()));
                break;
            default:
                text.Append(value.ToJsonString());
                break;
        }
    }

    private static void AppendString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            switch (c)
            {
                case '"': text.Append("\\\""); break;
                case '\\': text.Append("\\\\"); break;
                case '\n': text.Append("\\n"); break;
                case '\r': text.Append("\\r"); break;
                case '\t': text.Append("\\t"); break;
                case '\b': text.Append("\\b"); break;
                case '\f': text.Append("\\f"); break;
                case < ' ': text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"); break;
                default: text.Append(c); break;
            }
        }

        text.Append('"');
    }
}
