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
            WriteNames(writer, pair.Line, pair.PairId, pair.PromptId);
            writer.Write(pair.Weight);
            writer.Write(pair.SoftLabel);
            writer.Write(pair.Margin);
            WriteIds(writer, pair.Chosen.Ids.AsSpan(0, pair.Chosen.ResponseStart));
            WriteIds(writer, pair.Chosen.Ids.AsSpan(pair.Chosen.ResponseStart));
            WriteIds(writer, pair.Rejected.Ids.AsSpan(pair.Rejected.ResponseStart));
        },
        reader =>
        {
            var (line, id, prompt) = ReadNames(reader);
            var (weight, label, margin) = (reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble());
            var (ids, chosen, rejected) = (ReadIds(reader), ReadIds(reader), ReadIds(reader));
            return new PreferencePair(
                line, id, prompt, new TokenRow([.. ids, .. chosen], ids.Length), new TokenRow([.. ids, .. rejected], ids.Length))
            {
                Weight = weight,
                SoftLabel = label,
                Margin = margin,
            };
        });

    /// <summary>The prompt of a ranking is kept once.</summary>
    public static readonly RowCodec<RankedRow> Rankings = new(
        (writer, row) =>
        {
            WriteNames(writer, row.Line, row.RowId, row.PromptId);
            var best = row.Ranked[0];
            WriteIds(writer, best.Ids.AsSpan(0, best.ResponseStart));
            writer.Write(row.Ranked.Length);
            foreach (var answer in row.Ranked)
            {
                WriteIds(writer, answer.Ids.AsSpan(answer.ResponseStart));
            }
        },
        reader =>
        {
            var (line, id, promptId) = ReadNames(reader);
            var prompt = ReadIds(reader);
            var answers = new TokenRow[reader.ReadInt32()];
            for (var i = 0; i < answers.Length; i++)
            {
                answers[i] = new TokenRow([.. prompt, .. ReadIds(reader)], prompt.Length);
            }

            return new RankedRow(line, id, promptId, [.. answers]);
        });

    public static readonly RowCodec<UnpairedRow> Unpaired = new(
        (writer, row) =>
        {
            WriteNames(writer, row.Line, row.RowId, row.PromptId);
            writer.Write(row.Desirable);
            Tokens.Write(writer, row.Answer);
        },
        reader =>
        {
            var (line, id, promptId) = ReadNames(reader);
            var desirable = reader.ReadBoolean();
            return new UnpairedRow(line, id, promptId, Tokens.Read(reader), desirable);
        });

    private static void WriteNames(BinaryWriter writer, int line, string id, string? promptId)
    {
        writer.Write(line);
        writer.Write(id);
        writer.Write(promptId is not null);
        writer.Write(promptId ?? "");
    }

    private static (int Line, string Id, string? PromptId) ReadNames(BinaryReader reader)
    {
        var (line, id, hasPrompt, prompt) = (reader.ReadInt32(), reader.ReadString(), reader.ReadBoolean(), reader.ReadString());
        return (line, id, hasPrompt ? prompt : null);
    }

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
