using System.Text.Json;

namespace Orleans.Dpo.Trainer.Templates;

/// <summary>JSON as values of a template.</summary>
internal static class JsonValues
{
    public static object? Of(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => Map(element),
        JsonValueKind.Array => element.EnumerateArray().Select(Of).ToList(),
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => element.TryGetInt64(out var whole) ? (object)whole : element.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    private static TemplateMap Map(JsonElement element)
    {
        var map = new TemplateMap();
        foreach (var member in element.EnumerateObject())
        {
            map[member.Name] = Of(member.Value);
        }

        return map;
    }
}
