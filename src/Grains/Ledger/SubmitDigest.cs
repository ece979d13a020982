using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>128 bits of SHA-256 over a command as it arrived, so that a retry is told from another body under the same id.</summary>
internal static class SubmitDigest
{
    // Enough for all but rankings and those with aspects or many reasons; both ways give the same bytes.
    private const int MostBytes = 1024;

    public static UInt128 Of(SubmitJudgment command)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> line = stackalloc byte[MostBytes];
        if (command is { Aspects.IsEmpty: true, Ranking: null } && Utf8.TryWrite(
            line,
            CultureInfo.InvariantCulture,
            $"submit/1\n{command.Id.Value}\n{command.Pair.Value}\n{command.Annotator.Value}\n{command.Lease.Value}\n{(int)command.Choice}\n{command.Strength}\n{command.Supersedes?.Value}\n{command.ActiveMilliseconds}\n{command.ShownAt?.UtcTicks}\n{command.DecidedAt?.UtcTicks}\n{string.Join(',', command.Reasons)}\n{command.Guideline}\n{command.Input}\n{command.NoteRef}",
            out var length))
        {
            SHA256.HashData(line[..length], hash);
            return BinaryPrimitives.ReadUInt128BigEndian(hash);
        }

        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"submit/1\n{command.Id}\n{command.Pair}\n{command.Annotator}\n{command.Lease}\n{(int)command.Choice}\n{command.Strength}\n{command.Supersedes}\n{command.ActiveMilliseconds}\n{command.ShownAt?.UtcTicks}\n{command.DecidedAt?.UtcTicks}\n{string.Join(',', command.Reasons)}\n{command.Guideline}\n{command.Input}\n{command.NoteRef}");
        if (command.Aspects.Length > 0)
        {
            text += "\n" + string.Join(',', command.Aspects.Select(rating => string.Create(CultureInfo.InvariantCulture, $"{rating.Aspect}={rating.Value}")));
        }

        if (command.Ranking is { } ranking)
        {
            text += "\nranking=" + ranking;
        }

        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    /// <summary>32 hexadecimal digits.</summary>
    public static string Text(UInt128 digest) => digest.ToString("x32", CultureInfo.InvariantCulture);
}
