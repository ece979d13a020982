using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Grains.Storage;
using Orleans.Dpo.Silo.Auth;

namespace Orleans.Dpo.Silo.Api;

/// <summary>Marks a creating POST as one that honours <c>Idempotency-Key</c>. Those whose answer holds a secret (keys, links) do not: secrets are never stored.</summary>
internal sealed record IdempotentCreation;

/// <summary>
/// Answers a repeated creating POST with the first answer. The answer is kept as a blob for a day under a hash of caller, path and key;
/// the body's hash and the query are kept with it, so the same key with another body or query is refused. Failures of the server (5xx) are not kept.
/// </summary>
internal sealed class IdempotencyMiddleware(RequestDelegate next, IBlobStore blobs, TimeProvider time)
{
    public const string Header = "Idempotency-Key";
    public const string Folder = "_system/idempotency/";
    public static readonly TimeSpan Life = TimeSpan.FromHours(24);
    private const int MaxKeyLength = 200;

    // Requests with one key run one after the other.
    private readonly KeyedTurns _turns = new();

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<IdempotentCreation>() is null || context.Request.Headers[Header] is not { Count: > 0 } key)
        {
            await next(context);
            return;
        }

        if (key.Count > 1 || key.ToString().Length > MaxKeyLength)
        {
            await ProblemMap.Problem(RefusalCodes.BadRequest, $"Send one {Header} of at most {MaxKeyLength} characters.", field: Header).ExecuteAsync(context);
            return;
        }

        var name = $"{Folder}{ContentHash.Hex(string.Join('\n', Caller.Of(context.User).Id, context.Request.Path.Value, key.ToString()))}.json";
        using var turn = await _turns.TakeAsync(name, context.RequestAborted);
        await AnswerAsync(context, name, context.RequestAborted);
    }

    private async Task AnswerAsync(HttpContext context, string name, CancellationToken cancellationToken)
    {
        context.Request.EnableBuffering();
        var body = Convert.ToHexStringLower(await SHA256.HashDataAsync(context.Request.Body, cancellationToken));
        context.Request.Body.Position = 0;
        var query = context.Request.QueryString.Value ?? "";
        if (await ReadAsync(name, cancellationToken) is { } stored)
        {
            await (stored.Body == body && (stored.Query ?? "") == query ? ReplayAsync(context, stored, cancellationToken) : ProblemMap.Problem(
                RefusalCodes.IdempotencyKeyReused, $"This key came with another {(stored.Body == body ? "query" : "body")} before; make a new key for a new request.").ExecuteAsync(context));
            return;
        }

        var wire = context.Response.Body;
        using var captured = new MemoryStream();
        context.Response.Body = captured;
        try
        {
            await next(context);
        }
        finally
        {
            context.Response.Body = wire;
        }

        var response = context.Response;
        if (response.StatusCode < 500)
        {
            var kept = new StoredAnswer(
                body, response.StatusCode, response.ContentType, response.Headers.Location, response.Headers.ETag, Encoding.UTF8.GetString(captured.GetBuffer().AsSpan(0, (int)captured.Length)), time.GetUtcNow() + Life, query);
            await blobs.PutIfAbsentAsync(name, JsonSerializer.SerializeToUtf8Bytes(kept, ApiJson.Options), cancellationToken);
        }

        captured.Position = 0;
        await captured.CopyToAsync(wire, cancellationToken);
    }

    private async Task<StoredAnswer?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        if (await blobs.GetAsync(name, cancellationToken) is not { } blob)
        {
            return null;
        }

        var stored = JsonSerializer.Deserialize<StoredAnswer>(blob.Bytes.Span, ApiJson.Options)!;
        if (stored.Expires > time.GetUtcNow())
        {
            return stored;
        }

        await blobs.DeleteAsync(name, blob.ETag, cancellationToken);
        return null;
    }

    private static async Task ReplayAsync(HttpContext context, StoredAnswer stored, CancellationToken cancellationToken)
    {
        context.Response.StatusCode = stored.Status;
        context.Response.ContentType = stored.ContentType;
        context.Response.Headers.Location = stored.Location;
        context.Response.Headers.ETag = stored.ETag;
        context.Response.Headers["Idempotency-Replayed"] = "true";
        await context.Response.WriteAsync(stored.Text, cancellationToken);
    }

    // An answer that an earlier program kept, for a day at most, has no query: it is for requests without one.
    private sealed record StoredAnswer(string Body, int Status, string? ContentType, string? Location, string? ETag, string Text, DateTimeOffset Expires, string? Query = null);
}
