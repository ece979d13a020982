using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Silo.Api;

/// <summary>Serves a blob as a file: ETag, If-None-Match, and one range.</summary>
internal sealed class BlobFiles(IBlobStore blobs)
{
    /// <summary>The blob, or <c>unknown-file</c>.</summary>
    /// <param name="request">For range and conditions.</param>
    /// <param name="blob">Blob name.</param>
    /// <param name="shownName">The name in problems.</param>
    /// <param name="sha256">Content hash when known: then it is the ETag, the same on every store.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    public async Task<Results<FileStreamHttpResult, StatusCodeHttpResult, ProblemHttpResult>> ServeAsync(
        HttpRequest request, string blob, string shownName, string? sha256, CancellationToken cancellationToken)
    {
        if (!BlobName.IsValid(blob) || await blobs.StatAsync(blob, cancellationToken) is not { } info)
        {
            return ProblemMap.Problem(ProblemCodes.UnknownFile, $"There is no file '{shownName}'.");
        }

        var etag = new EntityTagHeaderValue($"\"{sha256 ?? info.ETag.Trim('"')}\"");
        return TypedResults.Stream(new BlobStream(blobs, blob, info.Length, request.HttpContext.RequestAborted), ContentType(shownName), entityTag: etag, enableRangeProcessing: true);
    }

    private static string ContentType(string name) => Path.GetExtension(name) switch
    {
        ".json" => "application/json",
        ".jsonl" => "application/x-ndjson",
        ".gz" => "application/gzip",
        ".md" => "text/markdown; charset=utf-8",
        _ => "application/octet-stream",
    };

    /// <summary>A seekable view of a blob: the framework seeks to the range's start, then reads on.</summary>
    private sealed class BlobStream(IBlobStore blobs, string name, long length, CancellationToken aborted) : Stream
    {
        private Stream? _inner;
        private long _innerAt;

        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get; set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_inner is null || _innerAt != Position)
            {
                await DisposeInnerAsync();
                _inner = await blobs.OpenReadAsync(name, Position, cancellationToken) ?? throw new IOException($"{name} is gone.");
            }

            var read = await _inner.ReadAsync(buffer, cancellationToken);
            Position += read;
            _innerAt = Position;
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) =>
            throw new NotSupportedException("Blobs are read asynchronously.");

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken.CanBeCanceled ? cancellationToken : aborted).AsTask();

        public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => Position + offset,
            _ => length + offset,
        };

        public override void Flush()
        {
        }

        public override void SetLength(long value) => throw new NotSupportedException("Served blobs are read only.");

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Served blobs are read only.");

        public override async ValueTask DisposeAsync()
        {
            await DisposeInnerAsync();
            await base.DisposeAsync();
        }

        private async Task DisposeInnerAsync()
        {
            if (_inner is not null)
            {
                await _inner.DisposeAsync();
                _inner = null;
            }
        }
    }
}
