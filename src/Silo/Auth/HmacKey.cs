using System.Security.Cryptography;

namespace Orleans.Dpo.Silo.Auth;

/// <summary>HMAC-SHA256 (RFC 2104) of short messages under one key, as two plain hashes: half the time of the framework's call, which sets a context up each time.</summary>
internal sealed class HmacKey
{
    /// <summary>Longest message in bytes.</summary>
    public const int MaxMessage = 256;

    private const int Block = 64;
    private readonly byte[] _inner = new byte[Block];
    private readonly byte[] _outer = new byte[Block];

    /// <param name="key">At most a block of 64 bytes.</param>
    public HmacKey(ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(key.Length, Block);
        for (var i = 0; i < Block; i++)
        {
            var k = i < key.Length ? key[i] : 0;
            (_inner[i], _outer[i]) = ((byte)(k ^ 0x36), (byte)(k ^ 0x5c));
        }
    }

    /// <summary>The first bytes of the message's code, as many as <paramref name="code"/> takes.</summary>
    public void Hash(ReadOnlySpan<byte> message, Span<byte> code)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(message.Length, MaxMessage);
        Span<byte> inner = stackalloc byte[Block + MaxMessage];
        Span<byte> outer = stackalloc byte[Block + SHA256.HashSizeInBytes];
        Span<byte> whole = stackalloc byte[SHA256.HashSizeInBytes];
        _inner.CopyTo(inner);
        message.CopyTo(inner[Block..]);
        _outer.CopyTo(outer);
        SHA256.HashData(inner[..(Block + message.Length)], outer[Block..]);
        SHA256.HashData(outer, whole);
        whole[..code.Length].CopyTo(code);
    }
}
