using System.Text.Json.Nodes;

namespace Orleans.Dpo.Grains.Formats;

/// <summary>Bodies of <c>_project</c> events: one flat canonical JSON object; members that are null are left out.</summary>
public static class EventBody
{
    /// <summary>The body's text.</summary>
    public static string Of(params ReadOnlySpan<(string Name, JsonNode? Value)> members)
    {
        var body = new JsonObject();
        foreach (var (name, value) in members)
        {
            if (value is not null)
            {
                body[name] = value;
            }
        }

        return CanonicalJson.Write(body);
    }
}
