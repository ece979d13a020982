using System.Text.Json;

namespace Orleans.Dpo.FilmReviews.Tests;

/// <summary>A client's own record: every judgment that was sent, and every one that the server acknowledged as stored.</summary>
internal sealed class JudgmentRecord() : DelegatingHandler(new SocketsHttpHandler())
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _wait;
    private int _left;

    /// <summary>The pair's opaque name by judgment id, of all that went out.</summary>
    public Dictionary<string, string> Sent { get; } = [];

    /// <summary>Whether the server counted it, by judgment id, of those it acknowledged.</summary>
    public Dictionary<string, bool> Acknowledged { get; } = [];

    /// <summary>Completes when the n-th request with judgments from now on is on its way.</summary>
    public Task AfterRequests(int count)
    {
        lock (_lock)
        {
            _left = count;
            _wait = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _wait.Task;
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Method != HttpMethod.Post || !request.RequestUri!.AbsolutePath.EndsWith("/judgments", StringComparison.Ordinal))
        {
            return await base.SendAsync(request, cancellationToken);
        }

        using var body = JsonDocument.Parse(await request.Content!.ReadAsStringAsync(cancellationToken));
        lock (_lock)
        {
            foreach (var judgment in body.RootElement.EnumerateArray())
            {
                Sent[judgment.GetProperty("id").GetString()!] = judgment.GetProperty("pair").GetString()!;
            }

            if (_wait is not null && --_left <= 0)
            {
                _wait.TrySetResult();
                _wait = null;
            }
        }

        var response = await base.SendAsync(request, cancellationToken);
        await response.Content.LoadIntoBufferAsync(cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            using var results = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
            lock (_lock)
            {
                foreach (var result in results.RootElement.EnumerateArray().Where(r => r.GetProperty("status").GetString() == "stored"))
                {
                    Acknowledged[result.GetProperty("id").GetString()!] = result.GetProperty("counted").GetBoolean();
                }
            }
        }

        return response;
    }
}
