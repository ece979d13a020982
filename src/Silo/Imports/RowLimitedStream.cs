using System.Text.Json;

namespace Orleans.Dpo.Silo.Imports;

/// <summary>Reads through to a stream that is not its own, and refuses to read on when one row alone takes too much.</summary>
internal sealed class RowLimitedStream(Stream source, int mostBytes) : Stream
{
    private long _left = mostBytes;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>A row was read.</summary>
    public void NextRow() => _left = mostBytes;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_left <= 0)
        {
            throw new JsonException($"a row is longer than {SourceRows.MostBytes >> 20} MiB.");
        }

        var read = await source.ReadAsync(buffer.Length > _left ? buffer[..(int)_left] : buffer, cancellationToken);
        _left -= read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
