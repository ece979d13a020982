using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>128 bits of SHA-256 over a command as it arrived, so that a retry is told from another body under the same id.</summary>
internal static class SubmitDigest
{
    public static UInt128 Of(SubmitJudgment command)
    {
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

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    /// <summary>32 hexadecimal digits.</summary>
    public static string Text(UInt128 digest) => digest.ToString("x32", CultureInfo.InvariantCulture);
}
