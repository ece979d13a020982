using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Silo.Api;
using Orleans.Dpo.Silo.Jobs;

namespace Orleans.Dpo.Silo.Worker;

/// <summary>The claim is another worker's now: stop, and leave nothing behind.</summary>
internal sealed class ClaimLostException() : Exception("The claim is lost.");

/// <summary>Speaks the worker protocol (docs/formats/api.md).</summary>
/// <param name="http">With the server's base address and the worker's key.</param>
/// <param name="time">Limits calls that answer at once.</param>
internal sealed class WorkerClient(HttpClient http, TimeProvider time)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    public static HttpClient CreateHttp(Uri server, string key) => new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(10) })
    {
        BaseAddress = server,
        Timeout = Timeout.InfiniteTimeSpan,   // files of any size; each call's token limits it
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", key) },
    };

    /// <summary>The next job, or null.</summary>
    public async Task<ClaimAnswer?> ClaimAsync(string worker, CancellationToken cancellationToken)
    {
        using var response = await PostAsync("/api/v1/worker/claims", new ClaimRequest(worker, []), cancellationToken);
        return response.StatusCode is HttpStatusCode.NoContent ? null : await ReadAsync<ClaimAnswer>(response, cancellationToken);
    }

    public async Task<HeartbeatAnswer> HeartbeatAsync(ClaimAnswer claim, HeartbeatRequest request, CancellationToken cancellationToken)
    {
        using var response = await PostAsync($"{Address(claim)}/heartbeat", request, cancellationToken);
        return await ReadAsync<HeartbeatAnswer>(response, cancellationToken);
    }

    public async Task<EndAnswer> EndAsync(ClaimAnswer claim, EndRequest request, CancellationToken cancellationToken)
    {
        using var response = await http.PostAsJsonAsync($"{Address(claim)}/end", request, ApiJson.Options, cancellationToken);
        return await ReadAsync<EndAnswer>(response, cancellationToken);
    }

    /// <summary>Downloads into a new file.</summary>
    public async Task DownloadAsync(ClaimFile file, string target, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(file.Url, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await CheckAsync(response, cancellationToken);
        await using var content = await response.Content.ReadAsStreamAsync(cancellationToken);
        await using var stream = new FileStream(target, FileMode.Create, FileAccess.Write, FileShare.None);
        await content.CopyToAsync(stream, cancellationToken);
    }

    /// <summary>Uploads a file; the server checks the hash.</summary>
    public async Task<UploadedFile> UploadAsync(ClaimAnswer claim, string path, string file, CancellationToken cancellationToken)
    {
        var sha256 = await InputCache.HashAsync(file, cancellationToken);
        await using var content = File.OpenRead(file);
        using var request = new HttpRequestMessage(HttpMethod.Put, $"{Address(claim)}/files/{path}") { Content = new StreamContent(content) };
        request.Headers.Add("X-Sha256", sha256);
        using var response = await http.SendAsync(request, cancellationToken);
        await CheckAsync(response, cancellationToken);
        return new(path, content.Length, sha256);
    }

    /// <summary>A small call: a server that is silent counts as one that does not answer.</summary>
    private async Task<HttpResponseMessage> PostAsync<T>(string address, T request, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(s_patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await http.PostAsJsonAsync(address, request, ApiJson.Options, either.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException($"The server did not answer within {s_patience.TotalSeconds} seconds.");
        }
    }

    private static string Address(ClaimAnswer claim) => $"/api/v1/worker/claims/{claim.Project}/{claim.Job}/{claim.Kind}/{claim.Epoch}";

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await CheckAsync(response, cancellationToken);
        return await response.Content.ReadFromJsonAsync<T>(ApiJson.Options, cancellationToken) ?? throw new InvalidDataException("The server answered null.");
    }

    private static async Task CheckAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        if (response.StatusCode is HttpStatusCode.Conflict && text.Contains($"\"{RefusalCodes.ClaimLost}\"", StringComparison.Ordinal))
        {
            throw new ClaimLostException();
        }

        throw new HttpRequestException($"The server answered {(int)response.StatusCode}: {DetailOf(text)}", null, response.StatusCode);
    }

    private static string DetailOf(string text)
    {
        try
        {
            using var problem = JsonDocument.Parse(text);
            return problem.RootElement.TryGetProperty("detail", out var detail) ? detail.GetString() ?? text : text;
        }
        catch (JsonException)
        {
            return text.Length > 300 ? text[..300] : text;   // not a problem: a proxy's page
        }
    }
}
