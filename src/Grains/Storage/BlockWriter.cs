using System.Security.Cryptography;

namespace Orleans.Dpo.Grains.Storage;

/// <summary>Bytes of any length in blocks of a pool.</summary>
internal sealed class BlockWriter(BlockPool pool)
{
    /// <summary>Longest span that can be asked for.</summary>
    public const int MostBytes = BlockPool.BlockBytes;

    private readonly List<(byte[] Bytes, int Length)> _full = [];
    private byte[] _block = [];
    private int _used;
    private long _before;

    /// <summary>Bytes written.</summary>
    public long Length => _before + _used;

    /// <summary>Room for at least so many bytes; what is written there counts after <see cref="Advance"/>.</summary>
    public Span<byte> GetSpan(int least)
    {
        if (_block.Length - _used < least)
        {
            Next();
        }

        return _block.AsSpan(_used);
    }

    /// <summary>Counts bytes that were written.</summary>
    public void Advance(int length) => _used += length;

    /// <summary>Appends bytes; if nothing else is called, every block but the last is full.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > _block.Length - _used)
        {
            var part = bytes[..(_block.Length - _used)];
            part.CopyTo(_block.AsSpan(_used));
            _used += part.Length;
            bytes = bytes[part.Length..];
            Next();
        }

        bytes.CopyTo(_block.AsSpan(_used));
        _used += bytes.Length;
    }

    /// <summary>Gives the blocks back.</summary>
    public void Clear()
    {
        foreach (var (bytes, _) in _full)
        {
            pool.Return(bytes);
        }

        pool.Return(_block);
        _full.Clear();
        (_block, _used, _before) = ([], 0, 0);
    }

    /// <summary>What was written, in order; valid until the next change.</summary>
    public ReadOnlyMemory<byte>[] Pieces()
    {
        var pieces = new ReadOnlyMemory<byte>[_full.Count + 1];
        for (var i = 0; i < _full.Count; i++)
        {
            pieces[i] = _full[i].Bytes.AsMemory(0, _full[i].Length);
        }

        pieces[^1] = _block.AsMemory(0, _used);
        return pieces;
    }

    /// <summary>SHA-256 of what was written, in lower-case hexadecimal.</summary>
    public string Sha256()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var piece in Pieces())
        {
            hash.AppendData(piece.Span);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>A copy.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Length];
        using var stream = new PieceStream(Pieces());
        stream.ReadExactly(bytes);
        return bytes;
    }

    private void Next()
    {
        if (_block.Length > 0)
        {
            _full.Add((_block, _used));
            _before += _used;
        }

        (_block, _used) = (pool.Rent(), 0);
    }
}
