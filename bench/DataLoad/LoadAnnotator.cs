using System.Text.Json;
using Orleans.Dpo.Grains.Formats;

namespace Orleans.Dpo.Bench;

/// <summary>A person who judges over one connection.</summary>
internal sealed class LoadAnnotator(HttpLine line, string project, string key)
{
    private readonly Queue<(string Lease, string Pair)> _held = new();
    private readonly byte[] _lease = HttpLine.Request("POST", $"/api/v1/projects/{project}/leases", key, """{"count":4}""");

    public int Held => _held.Count;

    /// <summary>Gets up to four pairs; false when there are none.</summary>
    public async Task<bool> LeaseAsync()
    {
        var (status, body) = await line.SendAsync(_lease);
        if (status != 200)
        {
            throw new InvalidOperationException($"A lease was answered {status}: {body}");
        }

        using var answer = JsonDocument.Parse(body);
        foreach (var item in answer.RootElement.GetProperty("items").EnumerateArray())
        {
            _held.Enqueue((item.GetProperty("lease").GetString()!, item.GetProperty("pair").GetString()!));
        }

        return _held.Count > 0;
    }

    /// <summary>The body of the next judgment.</summary>
    public string NextBody()
    {
        var (lease, pair) = _held.Dequeue();
        return $$"""[{"id":"{{Ulid.New(DateTimeOffset.UtcNow)}}","pair":"{{pair}}","lease":"{{lease}}","choice":"left","strength":2,"active_ms":2345,"shown_at":"2026-01-05T12:00:00.000000Z","decided_at":"2026-01-05T12:00:02.345000Z","reasons":["clarity"],"input":"key"}]""";
    }

    /// <summary>Judges the next pair held; done when the server called it stored.</summary>
    public async Task JudgeAsync()
    {
        var (status, body) = await line.SendAsync(HttpLine.Request("POST", $"/api/v1/projects/{project}/judgments", key, NextBody()));
        if (status != 200 || !body.Contains("\"status\":\"stored\",\"counted\":true", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"A judgment was answered {status}: {body}");
        }
    }

    /// <summary>The same bytes to the bare endpoint.</summary>
    public async Task AppendBareAsync(string body)
    {
        var (status, text) = await line.SendAsync(HttpLine.Request("POST", "/bare", key, body));
        if (status != 200)
        {
            throw new InvalidOperationException($"The bare endpoint answered {status}: {text}");
        }
    }
}
