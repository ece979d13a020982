using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Projects;

namespace Orleans.Dpo.Silo.Auth;

/// <summary>
/// Names of leases and pairs as an annotator sees them: deterministic authenticated encryption (a synthetic IV, then one block of key stream), bound to the
/// project, the annotator and, for a pair, the lease. A pair's own id is a hash that names of policies can be tried against; these cannot be computed without the key.
/// </summary>
/// <remarks>A name is <c>lx_</c>, <c>px_</c> or, for a ranking, <c>rx_</c> and 32 bytes in base64url: tag = HMAC(k1, kind ‖ annotator ‖ context ‖ id), id xor HMAC(k2, tag), each cut to 16 bytes.</remarks>
internal sealed class BlindKey(ReadOnlySpan<byte> master, ProjectId project)
{
    private const int Half = 16;
    private const string LeasePrefix = "lx_";
    private const string PairPrefix = "px_";
    private const string RankingPrefix = "rx_";
    private readonly HmacKey _tag = new(Derive(master, project, "tag"));
    private readonly HmacKey _stream = new(Derive(master, project, "stream"));

    /// <summary>True when a text has the form of a pair's or a ranking's name.</summary>
    public static bool IsPair(string text) => text.StartsWith(PairPrefix, StringComparison.Ordinal) || text.StartsWith(RankingPrefix, StringComparison.Ordinal);

    /// <summary>A lease and its pair, as this annotator sees them. The same pair under another lease has another name, so a repeat is not recognised by it.</summary>
    public (string Lease, string Pair) Seal(AnnotatorId annotator, LeaseId lease, PairId pair)
    {
        var (leaseBits, pairBits) = (Ulid.ToBits(lease.Value.AsSpan(3)), Convert.FromHexString(pair.Value.AsSpan(3)));
        var kind = pair.IsRanking ? RankingPrefix : PairPrefix;
        return (LeasePrefix + Text(LeasePrefix, annotator, 0, Bytes(leaseBits)), kind + Text(kind, annotator, leaseBits, pairBits));
    }

    /// <summary>The lease and the pair behind two names, or null when they are not this annotator's.</summary>
    public (LeaseId Lease, PairId Pair)? Open(AnnotatorId annotator, string lease, string pair)
    {
        if (Open(LeasePrefix, annotator, 0, lease) is not { } leaseBytes)
        {
            return null;
        }

        var bits = BinaryPrimitives.ReadUInt128BigEndian(leaseBytes);
        var (kind, prefix) = pair.StartsWith(RankingPrefix, StringComparison.Ordinal) ? (RankingPrefix, "rk_") : (PairPrefix, "pa_");
        return Open(kind, annotator, bits, pair) is { } pairBytes ? (new("le_" + Ulid.FromBits(bits)), new(prefix + Convert.ToHexStringLower(pairBytes))) : null;
    }

    private string Text(string kind, AnnotatorId annotator, UInt128 context, ReadOnlySpan<byte> id)
    {
        Span<byte> sealedId = stackalloc byte[2 * Half];
        Tag(kind, annotator, context, id, sealedId[..Half]);
        Mix(sealedId[..Half], id, sealedId[Half..]);
        return Base64Url.EncodeToString(sealedId);
    }

    private byte[]? Open(string kind, AnnotatorId annotator, UInt128 context, string name)
    {
        Span<byte> sealedId = stackalloc byte[2 * Half];
        if (!name.StartsWith(kind, StringComparison.Ordinal) || name.Length != kind.Length + Base64Url.GetEncodedLength(sealedId.Length)
            || Base64Url.DecodeFromChars(name.AsSpan(kind.Length), sealedId, out _, out var written) is not OperationStatus.Done || written != sealedId.Length)
        {
            return null;
        }

        var id = new byte[Half];
        Mix(sealedId[..Half], sealedId[Half..], id);
        Span<byte> tag = stackalloc byte[Half];
        Tag(kind, annotator, context, id, tag);
        return CryptographicOperations.FixedTimeEquals(tag, sealedId[..Half]) ? id : null;
    }

    private void Tag(string kind, AnnotatorId annotator, UInt128 context, ReadOnlySpan<byte> id, Span<byte> tag)
    {
        Span<byte> message = stackalloc byte[HmacKey.MaxMessage];
        var length = Encoding.ASCII.GetBytes(kind, message);
        length += Encoding.ASCII.GetBytes(annotator.Value, message[length..]);
        BinaryPrimitives.WriteUInt128BigEndian(message[length..], context);
        id.CopyTo(message[(length + Half)..]);
        _tag.Hash(message[..(length + Half + id.Length)], tag);
    }

    private void Mix(ReadOnlySpan<byte> tag, ReadOnlySpan<byte> from, Span<byte> to)
    {
        Span<byte> stream = stackalloc byte[Half];
        _stream.Hash(tag, stream);
        for (var i = 0; i < Half; i++)
        {
            to[i] = (byte)(from[i] ^ stream[i]);
        }
    }

    private static byte[] Bytes(UInt128 bits)
    {
        var bytes = new byte[Half];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, bits);
        return bytes;
    }

    private static byte[] Derive(ReadOnlySpan<byte> master, ProjectId project, string use)
    {
        var key = new byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, master, key, [], Encoding.UTF8.GetBytes($"blind/1\n{use}\n{project}"));
        return key;
    }
}
