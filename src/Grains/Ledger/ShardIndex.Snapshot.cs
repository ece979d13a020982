using System.Runtime.InteropServices;
using Orleans.Dpo.Grains.Annotators;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>The state as bytes: the lists as they lie in memory (little-endian). Orders, totals and look-ups are made again on loading.</summary>
internal sealed partial class ShardIndex
{
    // Sizes of the entries guard against a snapshot of another layout.
    private static readonly int s_layout = Layout(Marshal.SizeOf<PairEntry>(), Marshal.SizeOf<LeaseEntry>(), Marshal.SizeOf<JudgmentEntry>());

    public void Save(BinaryWriter writer)
    {
        writer.Write(s_layout);
        SaveTexts(writer, _segments);
        SaveTexts(writer, _origins);
        SaveTexts(writer, [.. _annotators.Select(annotator => annotator.Value)]);
        SaveList(writer, _pairs);
        SaveList(writer, _leases);
        SaveList(writer, _judgments);
    }

    public void Load(BinaryReader reader)
    {
        if (reader.ReadInt32() != s_layout)
        {
            throw new InvalidDataException("The snapshot has another layout.");
        }

        _segments.AddRange(LoadTexts(reader));
        foreach (var origin in LoadTexts(reader))
        {
            OriginOf(origin);
        }

        foreach (var annotator in LoadTexts(reader))
        {
            AnnotatorOf(new AnnotatorId(annotator));
        }

        LoadList(reader, _pairs);
        LoadList(reader, _leases);
        LoadList(reader, _judgments);
        for (var lease = 0; lease < _leases.Count; lease++)
        {
            if (_leases[lease].Active)
            {
                _activeLeases[_leases[lease].Annotator].Add(lease);
            }
        }

        for (var judgment = 0; judgment < _judgments.Count; judgment++)
        {
            _judgmentById.Add(_judgments[judgment].Id, judgment);
        }

        _status = _status with { Pairs = _pairs.Count };
        for (var pair = 0; pair < _pairs.Count; pair++)
        {
            var entry = _pairs[pair];
            _pairById.Add(entry.Id, pair);
            Account(pair, entry with { Closed = true, Counted = 0, Skips = 0, Reports = 0 }, entry);
        }
    }

    private static int Layout(int pairs, int leases, int judgments) => (pairs << 20) | (leases << 10) | judgments;

    private static void SaveTexts(BinaryWriter writer, List<string> texts)
    {
        writer.Write(texts.Count);
        texts.ForEach(writer.Write);
    }

    private static string[] LoadTexts(BinaryReader reader)
    {
        var texts = new string[reader.ReadInt32()];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = reader.ReadString();
        }

        return texts;
    }

    private static void SaveList<T>(BinaryWriter writer, List<T> list) where T : unmanaged
    {
        writer.Write(list.Count);
        writer.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(list)));
    }

    private static void LoadList<T>(BinaryReader reader, List<T> list) where T : unmanaged
    {
        CollectionsMarshal.SetCount(list, reader.ReadInt32());
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(list)));
    }
}
