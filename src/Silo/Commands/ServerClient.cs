using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Orleans.Dpo.Silo.Commands;

/// <summary>What a command line needs of a server: JSON calls and files, with problems as sentences.</summary>
internal sealed class ServerClient : IDisposable
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
    private readonly HttpClient _http;

    private ServerClient(HttpClient http) => _http = http;

    /// <summary>A client of a server with the key in a file.</summary>
    /// <exception cref="CommandException">The address or the key file cannot be used.</exception>
    public static ServerClient Open(string server, FileInfo keyFile)
    {
        if (!Uri.TryCreate(server.TrimEnd('/') + "/", UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw new CommandException($"--server '{server}' is no http or https address.");
        }

        if (!keyFile.Exists)
        {
            throw new CommandException($"The key file '{keyFile.FullName}' does not exist. An administrator makes a key on the People page or with POST /api/v1/keys.");
        }

        var http = new HttpClient { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", File.ReadAllText(keyFile.FullName).Trim());
        return new(http);
    }

    /// <summary>A GET that answers JSON.</summary>
    public Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken) => SendAsync(new(HttpMethod.Get, path), cancellationToken);

    /// <summary>Length and hash of a file, as its ETag says it.</summary>
    public async Task<(long Bytes, string Sha256)> HeadAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, path);
        using var response = await TrySendAsync(request, cancellationToken);
        await EnsureAsync(response, path, cancellationToken);
        return (response.Content.Headers.ContentLength ?? 0, response.Headers.ETag?.Tag.Trim('"') ?? "");
    }

    /// <summary>A GET that answers JSON, or null for what there is not.</summary>
    public async Task<JsonElement?> FindAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var response = await TrySendAsync(request, cancellationToken);
        if (response.StatusCode is HttpStatusCode.NotFound)
        {
            return null;
        }

        await EnsureAsync(response, path, cancellationToken);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellationToken)).RootElement.Clone();
    }

    /// <summary>A POST of JSON that answers JSON. The same key is safe to send again.</summary>
    public Task<JsonElement> PostAsync(string path, object body, string idempotencyKey, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body, options: s_json) };
        request.Headers.Add("Idempotency-Key", idempotencyKey);
        return SendAsync(request, cancellationToken);
    }

    /// <summary>A POST of a stream that answers JSON, 422 with a report too.</summary>
    public async Task<JsonElement> PostStreamAsync(string path, Stream content, string contentType, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StreamContent(content) { Headers = { ContentType = new(contentType) } } };
        using var response = await TrySendAsync(request, cancellationToken);
        if (response.StatusCode is not HttpStatusCode.UnprocessableEntity || response.Content.Headers.ContentType?.MediaType is not "application/json")
        {
            await EnsureAsync(response, path, cancellationToken);
        }

        return JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellationToken)).RootElement.Clone();
    }

    /// <summary>Uploads a file.</summary>
    public async Task PutFileAsync(string path, FileInfo file, CancellationToken cancellationToken)
    {
        await using var stream = file.OpenRead();
        await SendAsync(new(HttpMethod.Put, path) { Content = new StreamContent(stream) }, cancellationToken);
    }

    /// <summary>Appends what is missing of a file behind <paramref name="have"/> bytes; false when the server ignores ranges and sends the whole.</summary>
    public async Task<bool> DownloadAsync(string path, long have, Stream target, CancellationToken cancellationToken, string? etag = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (have > 0)
        {
            request.Headers.Range = new RangeHeaderValue(have, null);
            if (etag is not null)
            {
                // Another file than the one that was begun comes whole.
                request.Headers.IfRange = new RangeConditionHeaderValue(etag);
            }
        }

        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await EnsureAsync(response, path, cancellationToken);
        var continues = response.StatusCode is HttpStatusCode.PartialContent;
        if (have > 0 && !continues)
        {
            target.SetLength(0);
        }

        await response.Content.CopyToAsync(target, cancellationToken);
        return have == 0 || continues;
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonElement> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using (request)
        {
            using var response = await TrySendAsync(request, cancellationToken);
            await EnsureAsync(response, request.RequestUri!.ToString(), cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement.Clone();
        }
    }

    private async Task<HttpResponseMessage> TrySendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await _http.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException failure)
        {
            throw new CommandException($"{_http.BaseAddress} does not answer: {failure.Message}");
        }
    }

    private static async Task EnsureAsync(HttpResponseMessage response, string path, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        var detail = response.Content.Headers.ContentType?.MediaType is "application/problem+json"
            && JsonDocument.Parse(body).RootElement.TryGetProperty("detail", out var sentence) ? sentence.GetString() : null;
        throw new CommandException($"{path}: {(int)response.StatusCode} {detail ?? response.ReasonPhrase}");
    }
}
