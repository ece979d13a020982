using System.Security.Cryptography;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>The pieces of a snapshot one after the other, and behind them SHA-256 of them all. Read once, forwards.</summary>
internal sealed class SnapshotStream(IReadOnlyList<ReadOnlyMemory<byte>> pieces) : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private int _piece;
    private int _at;
    private byte[]? _end;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => pieces.Sum(piece => (long)piece.Length) + SHA256.HashSizeInBytes;

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var read = 0;
        while (_piece < pieces.Count && read < buffer.Length)
        {
            var left = pieces[_piece].Span[_at..];
            var count = Math.Min(left.Length, buffer.Length - read);
            left[..count].CopyTo(buffer[read..]);
            _hash.AppendData(left[..count]);
            read += count;
            _at += count;
            if (count == left.Length)
            {
                (_piece, _at) = (_piece + 1, 0);
            }
        }

        if (_piece == pieces.Count)
        {
            _end ??= _hash.GetHashAndReset();
            var count = Math.Min(_end.Length - _at, buffer.Length - read);
            _end.AsSpan(_at, count).CopyTo(buffer[read..]);
            (read, _at) = (read + count, _at + count);
        }

        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    // All in memory: nothing to wait for, and no other thread.
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        Task.FromResult(Read(buffer.AsSpan(offset, count)));

    public override void Flush()
    {
        // Nothing is written.
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _hash.Dispose();
        base.Dispose(disposing);
    }
}
