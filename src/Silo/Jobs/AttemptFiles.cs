using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Orleans.Dpo.Grains.Jobs;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Grains.Storage;
using Orleans.Dpo.Silo.Api;

namespace Orleans.Dpo.Silo.Jobs;

/// <summary>Files that workers upload under <c>attempts/{epoch}/</c>, each with a record of its length and hash beside it. A file never changes.</summary>
internal sealed class AttemptFiles(IBlobStore blobs)
{
    private const string CheckpointFolder = "checkpoint/";
    private const string CheckpointList = "/checkpoint.json";

    /// <summary>Stores a file and checks its hash while it streams.</summary>
    /// <returns>Null, or why it was not stored.</returns>
    public async Task<Refusal?> PutAsync(JobKey job, int epoch, string path, string sha256, Stream content, CancellationToken cancellationToken)
    {
        if (!BlobName.IsValid(path) || !(path.StartsWith("out/", StringComparison.Ordinal) || path.StartsWith(CheckpointFolder, StringComparison.Ordinal)))
        {
            return new(RefusalCodes.BadRequest, $"'{path}' is not a path below out/ or checkpoint/.");
        }

        var blob = $"{JobKinds.Attempt(job, epoch)}/{path}";
        await using var hashing = new HashingStream(content);
        if (await blobs.PutIfAbsentAsync(blob, hashing, cancellationToken) is not { } stored)
        {
            return await FindAsync(job, epoch, path, cancellationToken) is { } known && known.Sha256 == sha256
                ? null
                : new(ProblemCodes.BadHash, $"{path} was uploaded before with other bytes.");
        }

        var hash = hashing.Hash();
        if (hash != sha256)
        {
            await blobs.DeleteAsync(blob, stored.ETag, cancellationToken);
            return new(ProblemCodes.BadHash, $"{path} hashes to {hash}, X-Sha256 says {sha256}.");
        }

        var record = JsonSerializer.SerializeToUtf8Bytes(new UploadedFile(path, stored.Length, hash), ApiJson.Options);
        await blobs.PutIfAbsentAsync(RecordBlob(job, epoch, path), record, cancellationToken);
        if (path.StartsWith(CheckpointFolder, StringComparison.Ordinal) && path.EndsWith(CheckpointList, StringComparison.Ordinal))
        {
            await ForgetOlderCheckpointsAsync(job, epoch, path[..^(CheckpointList.Length - 1)], cancellationToken);
        }

        return null;
    }

    /// <summary>The record of a stored file, or null.</summary>
    public async Task<UploadedFile?> FindAsync(JobKey job, int epoch, string path, CancellationToken cancellationToken) =>
        await blobs.GetAsync(RecordBlob(job, epoch, path), cancellationToken) is { } record
            ? JsonSerializer.Deserialize<UploadedFile>(record.Bytes.Span, ApiJson.Options)
            : null;

    /// <summary>Checks that every declared file is stored as declared.</summary>
    /// <returns>Null, or which one is not.</returns>
    public async Task<Refusal?> VerifyAsync(JobKey job, int epoch, ImmutableArray<UploadedFile> files, CancellationToken cancellationToken)
    {
        foreach (var file in files)
        {
            if (await FindAsync(job, epoch, file.Path, cancellationToken) != file)
            {
                return new(ProblemCodes.BadHash, $"{file.Path} is not stored with the length and hash that were declared.");
            }
        }

        return null;
    }

    /// <summary>The newest complete checkpoint of all attempts as files of the next one, or null. Its list file came last, so the list means completeness.</summary>
    public async Task<ResumeFiles?> FindCheckpointAsync(JobKey job, string claimUrl, CancellationToken cancellationToken)
    {
        var best = (Epoch: -1, Step: "", Blob: "");
        await foreach (var blob in blobs.ListAsync(JobKinds.Attempts(job), cancellationToken))
        {
            var parts = blob.Name[JobKinds.Attempts(job).Length..].Split('/');
            if (parts is [var number, "checkpoint", var step, "checkpoint.json"]
                && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var epoch) && StringComparer.Ordinal.Compare(step, best.Step) >= 0)
            {
                best = (epoch, step, blob.Name);
            }
        }

        if (best.Epoch < 0 || await blobs.GetAsync(best.Blob, cancellationToken) is not { } list)
        {
            return null;
        }

        var files = JsonSerializer.Deserialize<ImmutableArray<UploadedFile>>(list.Bytes.Span, ApiJson.Options);
        return new([.. files.Select(file => new ClaimFile(
            $"checkpoints/{best.Step}/{file.Path}", $"{claimUrl}/resume/{best.Epoch}/{best.Step}/{file.Path}", file.Bytes, file.Sha256))]);
    }

    /// <summary>Blob of a checkpoint's file.</summary>
    public static string CheckpointBlob(JobKey job, int epoch, string stepAndName) => $"{JobKinds.Attempt(job, epoch)}/{CheckpointFolder}{stepAndName}";

    private async Task ForgetOlderCheckpointsAsync(JobKey job, int epoch, string keep, CancellationToken cancellationToken)
    {
        var kept = $"{JobKinds.Attempt(job, epoch)}/{keep}";
        var stale = new List<string>();
        await foreach (var blob in blobs.ListAsync(JobKinds.Attempts(job), cancellationToken))
        {
            if (blob.Name.Contains("/" + CheckpointFolder, StringComparison.Ordinal) && !blob.Name.StartsWith(kept, StringComparison.Ordinal)
                && !blob.Name.Contains("/_files/", StringComparison.Ordinal))
            {
                stale.Add(blob.Name);
            }
        }

        // Lists go first: a checkpoint without its list is none.
        foreach (var name in stale.OrderByDescending(name => name.EndsWith(CheckpointList, StringComparison.Ordinal)))
        {
            await blobs.DeleteAsync(name, null, cancellationToken);
        }
    }

    private static string RecordBlob(JobKey job, int epoch, string path) => $"{JobKinds.Attempt(job, epoch)}/_files/{path}.json";

    private sealed class HashingStream(Stream inner) : Stream
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException("The length of an upload is known at its end.");

        public override long Position
        {
            get => throw new NotSupportedException("An upload has no position.");
            set => throw new NotSupportedException("An upload has no position.");
        }

        public string Hash() => Convert.ToHexStringLower(_hash.GetHashAndReset());

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            _hash.AppendData(buffer.Span[..read]);
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = inner.Read(buffer, offset, count);
            _hash.AppendData(buffer, offset, read);
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("An upload cannot be sought in.");

        public override void SetLength(long value) => throw new NotSupportedException("An upload is read only.");

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("An upload is read only.");

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _hash.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
