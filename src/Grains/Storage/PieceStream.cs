namespace Orleans.Dpo.Grains.Storage;

/// <summary>Reads pieces of memory one after another as one stream, without a copy in between. The pieces stay the caller's.</summary>
public sealed class PieceStream : Stream
{
    private long _position;
    private int _piece;
    private int _within;

    /// <summary>A stream over pieces.</summary>
    public PieceStream(IReadOnlyList<ReadOnlyMemory<byte>> pieces)
    {
        Pieces = pieces;
        foreach (var piece in pieces)
        {
            Length += piece.Length;
        }
    }

    /// <summary>What is read, for those who need no copy.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Pieces { get; }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length { get; }

    /// <inheritdoc/>
    public override long Position
    {
        get => _position;
        set => Seek(value, SeekOrigin.Begin);
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var read = 0;
        while (read < buffer.Length && _piece < Pieces.Count)
        {
            var rest = Pieces[_piece].Span[_within..];
            var part = rest[..Math.Min(rest.Length, buffer.Length - read)];
            part.CopyTo(buffer[read..]);
            (read, _within) = (read + part.Length, _within + part.Length);
            if (_within == Pieces[_piece].Length)
            {
                (_piece, _within) = (_piece + 1, 0);
            }
        }

        _position += read;
        return read;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Task.FromResult(Read(buffer.AsSpan(offset, count)));

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin)
    {
        var to = offset + origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => _position, _ => Length };
        ArgumentOutOfRangeException.ThrowIfNegative(to, nameof(offset));
        (_position, _piece) = (to, 0);
        for (; _piece < Pieces.Count && to >= Pieces[_piece].Length; _piece++)
        {
            to -= Pieces[_piece].Length;
        }

        _within = _piece < Pieces.Count ? (int)to : 0;
        return _position;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
