using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orleans.Dpo.Silo.Tests.Api;

/// <summary>Bodies out and in. Expected bodies are whole: a member too much or too few fails; <c>"*"</c> stands for any value that is not null.</summary>
internal static class Body
{
    private static readonly JsonSerializerOptions s_plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static StringContent Json(object value) => new(JsonSerializer.Serialize(value, s_plain), Encoding.UTF8, "application/json");

    public static StringContent Text(string value, string type = "application/json") => new(value, Encoding.UTF8, type);

    public static async Task<JsonNode> ReadAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode}: {text}");
        return JsonNode.Parse(text)!;
    }

    public static async Task IsAsync(HttpResponseMessage response, HttpStatusCode status, string expected)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(status == response.StatusCode, $"{(int)response.StatusCode}: {text}");
        var difference = Difference(JsonNode.Parse(expected), JsonNode.Parse(text), "$");
        Assert.True(difference is null, $"{difference}\n{text}");
    }

    /// <summary>A problem with this code, and type, title, status that agree with it.</summary>
    public static async Task<JsonNode> IsProblemAsync(HttpResponseMessage response, HttpStatusCode status, string code)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(status == response.StatusCode, $"{(int)response.StatusCode}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonNode.Parse(text)!;
        Assert.Equal(code, (string?)problem["code"]);
        Assert.Equal($"/problems/{code}", (string?)problem["type"]);
        Assert.Equal((int)status, (int)problem["status"]!);
        Assert.False(string.IsNullOrWhiteSpace((string?)problem["title"]));
        Assert.False(string.IsNullOrWhiteSpace((string?)problem["detail"]));
        return problem;
    }

    private static string? Difference(JsonNode? expected, JsonNode? actual, string path) => (expected, actual) switch
    {
        (JsonValue any, not null) when any.TryGetValue<string>(out var star) && star == "*" => null,
        (JsonObject left, JsonObject right) => left.Select(member => right.ContainsKey(member.Key)
                ? Difference(member.Value, right[member.Key], $"{path}.{member.Key}")
                : $"{path}.{member.Key} is missing")
            .Concat(right.Where(member => !left.ContainsKey(member.Key)).Select(member => $"{path}.{member.Key} is not expected"))
            .FirstOrDefault(difference => difference is not null),
        (JsonArray left, JsonArray right) when left.Count == right.Count =>
            left.Select((item, i) => Difference(item, right[i], $"{path}[{i}]")).FirstOrDefault(difference => difference is not null),
        _ => JsonNode.DeepEquals(expected, actual) ? null : $"{path}: expected {expected?.ToJsonString() ?? "null"}, was {actual?.ToJsonString() ?? "null"}",
    };
}
