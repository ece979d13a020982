using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Orleans.Dpo.Grains.Pairs;

/// <summary>Which ledger shard a pair belongs to.</summary>
public static class PairShards
{
    /// <summary>The first eight bytes of SHA-256 of the pair id, big-endian, modulo the number of shards.</summary>
    public static int Of(PairId pair, int shards)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shards, 1);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(pair.Value), hash);
        return (int)(BinaryPrimitives.ReadUInt64BigEndian(hash) % (ulong)shards);
    }
}
