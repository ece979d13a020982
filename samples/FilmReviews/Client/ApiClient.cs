using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Orleans.Dpo.Samples.FilmReviews.Client;

/// <summary>Calls the HTTP API with one key. Lost connections and overload are tried again with the same body and Idempotency-Key.</summary>
internal sealed class ApiClient(HttpClient http, string key, TimeProvider time)
{
    private const int Attempts = 6;
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(200);

    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The same server with another key.</summary>
    public ApiClient As(string otherKey) => new(http, otherKey, time);

    public async Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken)
        => Parse(await SendAsync(HttpMethod.Get, path, null, null, cancellationToken));

    /// <summary>The values of a JSON lines answer.</summary>
    public async Task<List<JsonElement>> GetLinesAsync(string path, CancellationToken cancellationToken)
    {
        var text = await SendAsync(HttpMethod.Get, path, null, null, cancellationToken);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse)];
    }

    /// <summary>Follows the cursors of a list to its end.</summary>
    public async Task<List<JsonElement>> ListAsync(string path, CancellationToken cancellationToken)
    {
        var items = new List<JsonElement>();
        string? cursor = null;
        do
        {
            var page = await GetAsync(path + (cursor is null ? "?limit=1000" : $"?limit=1000&cursor={Uri.EscapeDataString(cursor)}"), cancellationToken);
            if (page.ValueKind is JsonValueKind.Array)
            {
                return [.. page.EnumerateArray()];
            }

            items.AddRange(page.GetProperty("items").EnumerateArray());
            cursor = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        while (cursor is not null);
        return items;
    }

    public async Task<JsonElement> PostAsync(string path, object body, string? idempotencyKey, CancellationToken cancellationToken)
        => Parse(await SendAsync(HttpMethod.Post, path, () => Json(JsonSerializer.Serialize(body, s_json), "application/json"), idempotencyKey, cancellationToken));

    public async Task<JsonElement> PostLinesAsync(string path, IEnumerable<object> rows, string idempotencyKey, CancellationToken cancellationToken)
    {
        var lines = string.Concat(rows.Select(row => JsonSerializer.Serialize(row, s_json) + "\n"));
        return Parse(await SendAsync(HttpMethod.Post, path, () => Json(lines, "application/x-ndjson"), idempotencyKey, cancellationToken));
    }

    public async Task PutFileAsync(string path, string file, CancellationToken cancellationToken)
        => await SendAsync(HttpMethod.Put, path, () => new StreamContent(File.OpenRead(file)), null, cancellationToken);

    public async Task DeleteAsync(string path, CancellationToken cancellationToken)
        => await SendAsync(HttpMethod.Delete, path, null, null, cancellationToken);

    private async Task<string> SendAsync(
        HttpMethod method, string path, Func<HttpContent>? content, string? idempotencyKey, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var request = new HttpRequestMessage(method, path) { Content = content?.Invoke() };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            if (idempotencyKey is not null)
            {
                request.Headers.Add("Idempotency-Key", idempotencyKey);
            }

            try
            {
                using var response = await http.SendAsync(request, cancellationToken);
                var text = await response.Content.ReadAsStringAsync(cancellationToken);
                if (response.IsSuccessStatusCode)
                {
                    return text;
                }

                if (attempt == Attempts || !IsWorthAnotherTry(response.StatusCode))
                {
                    throw Refused(method, path, response.StatusCode, text);
                }
            }
            catch (HttpRequestException lost) when (attempt == Attempts)
            {
                throw new ApiException(null, null, $"{method} {path}: {lost.Message}");
            }
            catch (HttpRequestException)
            {
                // The answer is lost, not necessarily the request: the same key or id makes the next attempt harmless.
            }

            await Task.Delay(s_firstPause * (1 << (attempt - 1)), time, cancellationToken);
        }
    }

    private static bool IsWorthAnotherTry(HttpStatusCode status)
        => status is HttpStatusCode.ServiceUnavailable or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout or HttpStatusCode.TooManyRequests;

    private static ApiException Refused(HttpMethod method, string path, HttpStatusCode status, string text)
    {
        string? code = null;
        var detail = text;
        if (text.StartsWith('{'))
        {
            var problem = Parse(text);
            code = problem.TryGetProperty("code", out var c) ? c.GetString() : null;
            detail = problem.TryGetProperty("detail", out var d) ? d.GetString() ?? text : text;
        }

        return new ApiException(status, code, $"{method} {path}: {(int)status} {code}: {detail}");
    }

    private static StringContent Json(string text, string mediaType) => new(text, Encoding.UTF8, mediaType);

    private static JsonElement Parse(string text) => text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
}
