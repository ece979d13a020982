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
        => Parse(await SendAsync(new(HttpMethod.Get, path), cancellationToken));

    /// <summary>A mutable thing and its ETag.</summary>
    public async Task<(JsonElement Value, string ETag)> GetTaggedAsync(string path, CancellationToken cancellationToken)
    {
        var tag = "";
        var text = await SendAsync(new(HttpMethod.Get, path) { TakeTag = value => tag = value }, cancellationToken);
        return (Parse(text), tag);
    }

    /// <summary>The values of a JSON lines answer.</summary>
    public async Task<List<JsonElement>> GetLinesAsync(string path, CancellationToken cancellationToken)
    {
        var text = await SendAsync(new(HttpMethod.Get, path), cancellationToken);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse)];
    }

    /// <summary>Follows the cursors of a list to its end.</summary>
    public async Task<List<JsonElement>> ListAsync(string path, CancellationToken cancellationToken)
    {
        var items = new List<JsonElement>();
        string? cursor = null;
        do
        {
            var page = await GetAsync(path + (path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "limit=1000" + (cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}"), cancellationToken);
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
        => Parse(await SendAsync(
            new(HttpMethod.Post, path) { Content = () => Json(JsonSerializer.Serialize(body, s_json), "application/json"), IdempotencyKey = idempotencyKey }, cancellationToken));

    /// <summary>Replaces a thing that still has the given ETag.</summary>
    public async Task<JsonElement> PutAsync(string path, object body, string tag, CancellationToken cancellationToken)
        => Parse(await SendAsync(
            new(HttpMethod.Put, path) { Content = () => Json(JsonSerializer.Serialize(body, s_json), "application/json"), IfMatch = tag }, cancellationToken));

    public async Task<JsonElement> PostLinesAsync(string path, IEnumerable<object> rows, string idempotencyKey, CancellationToken cancellationToken)
    {
        var lines = string.Concat(rows.Select(row => JsonSerializer.Serialize(row, s_json) + "\n"));
        return Parse(await SendAsync(
            new(HttpMethod.Post, path) { Content = () => Json(lines, "application/x-ndjson"), IdempotencyKey = idempotencyKey }, cancellationToken));
    }

    public async Task PutFileAsync(string path, string file, CancellationToken cancellationToken)
        => await SendAsync(new(HttpMethod.Put, path) { Content = () => Bytes(file) }, cancellationToken);

    /// <summary>Stores a file of the server; where it has none, nothing is stored.</summary>
    public async Task GetFileAsync(string path, string file, CancellationToken cancellationToken)
    {
        using var request = new Call(HttpMethod.Get, path).ToRequest(key);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode is HttpStatusCode.NotFound)
        {
            return;
        }

        if (!response.IsSuccessStatusCode)
        {
            throw new ApiException(response.StatusCode, null, $"GET {path}: {(int)response.StatusCode}");
        }

        await using var target = File.Create(file);
        await response.Content.CopyToAsync(target, cancellationToken);
    }

    public async Task DeleteAsync(string path, CancellationToken cancellationToken)
        => await SendAsync(new(HttpMethod.Delete, path), cancellationToken);

    private async Task<string> SendAsync(Call call, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var request = call.ToRequest(key);
            try
            {
                using var response = await http.SendAsync(request, cancellationToken);
                var text = await response.Content.ReadAsStringAsync(cancellationToken);
                if (response.IsSuccessStatusCode)
                {
                    call.TakeTag?.Invoke(response.Headers.ETag?.ToString() ?? "");
                    return text;
                }

                if (attempt == Attempts || !IsWorthAnotherTry(response.StatusCode))
                {
                    throw Refused(call, response.StatusCode, text);
                }
            }
            catch (HttpRequestException lost) when (attempt == Attempts)
            {
                throw new ApiException(null, null, $"{call.Method} {call.Path}: {lost.Message}");
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

    private static ApiException Refused(Call call, HttpStatusCode status, string text)
    {
        string? code = null;
        var detail = text;
        if (text.StartsWith('{'))
        {
            var problem = Parse(text);
            code = problem.TryGetProperty("code", out var c) ? c.GetString() : null;
            detail = problem.TryGetProperty("detail", out var d) ? d.GetString() ?? text : text;
        }

        return new ApiException(status, code, $"{call.Method} {call.Path}: {(int)status} {code}: {detail}");
    }

    private static StreamContent Bytes(string file)
    {
        var content = new StreamContent(File.OpenRead(file));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return content;
    }

    private static StringContent Json(string text, string mediaType) => new(text, Encoding.UTF8, mediaType);

    private static JsonElement Parse(string text) => text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);

    private sealed record Call(HttpMethod Method, string Path)
    {
        public Func<HttpContent>? Content { get; init; }

        public string? IdempotencyKey { get; init; }

        public string? IfMatch { get; init; }

        public Action<string>? TakeTag { get; init; }

        public HttpRequestMessage ToRequest(string key)
        {
            var request = new HttpRequestMessage(Method, Path) { Content = Content?.Invoke() };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            if (IdempotencyKey is not null)
            {
                request.Headers.Add("Idempotency-Key", IdempotencyKey);
            }

            if (IfMatch is not null)
            {
                request.Headers.TryAddWithoutValidation("If-Match", IfMatch);
            }

            return request;
        }
    }
}
