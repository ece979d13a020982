using System.Runtime.InteropServices;

namespace Orleans.Dpo.Trainer.Batching;

/// <summary>How rows of a kind are spelled in the spool; it is read by the process that wrote it alone.</summary>
internal sealed record RowCodec<TRow>(Action<BinaryWriter, TRow> Write, Func<BinaryReader, TRow> Read);

/// <summary>The codecs there are.</summary>
internal static class RowCodecs
{
    public static readonly RowCodec<TokenRow> Tokens = new(
        (writer, row) =>
        {
            writer.Write(row.ResponseStart);
            WriteIds(writer, row.Ids);
        },
        reader =>
        {
            var start = reader.ReadInt32();
            return new TokenRow(ReadIds(reader), start);
        });

    /// <summary>The prompt of a pair is kept once.</summary>
    public static readonly RowCodec<PreferencePair> Pairs = new(
        (writer, pair) =>
        {
            writer.Write(pair.Line);
            writer.Write(pair.PairId);
            writer.Write(pair.PromptId is not null);
            writer.Write(pair.PromptId ?? "");
            writer.Write(pair.Weight);
            writer.Write(pair.SoftLabel);
            writer.Write(pair.Margin);
            WriteIds(writer, pair.Chosen.Ids.AsSpan(0, pair.Chosen.ResponseStart));
            WriteIds(writer, pair.Chosen.Ids.AsSpan(pair.Chosen.ResponseStart));
            WriteIds(writer, pair.Rejected.Ids.AsSpan(pair.Rejected.ResponseStart));
        },
        reader =>
        {
            var (line, id, hasPrompt, prompt) = (reader.ReadInt32(), reader.ReadString(), reader.ReadBoolean(), reader.ReadString());
            var (weight, label, margin) = (reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble());
            var (ids, chosen, rejected) = (ReadIds(reader), ReadIds(reader), ReadIds(reader));
            return new PreferencePair(
                line, id, hasPrompt ? prompt : null, new TokenRow([.. ids, .. chosen], ids.Length), new TokenRow([.. ids, .. rejected], ids.Length))
            {
                Weight = weight,
                SoftLabel = label,
                Margin = margin,
            };
        });

    private static void WriteIds(BinaryWriter writer, ReadOnlySpan<int> ids)
    {
        writer.Write(ids.Length);
        writer.Write(MemoryMarshal.AsBytes(ids));
    }

    private static int[] ReadIds(BinaryReader reader)
    {
        var ids = new int[reader.ReadInt32()];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(ids.AsSpan()));
        return ids;
    }
}
