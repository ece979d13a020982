using System.Runtime.InteropServices;
using System.Text;
using Orleans.Dpo.Grains.Annotators;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>The state as bytes: texts, then the lists as they lie in memory (little-endian). Orders, totals and look-ups are made again on loading.</summary>
internal sealed partial class ShardIndex
{
    // Sizes of the entries guard against a snapshot of another layout; the first number counts changes that keep them.
    private static readonly int s_layout = (2 << 28) | (Marshal.SizeOf<PairEntry>() << 20) | (Marshal.SizeOf<LeaseEntry>() << 10) | Marshal.SizeOf<JudgmentEntry>();

    /// <summary>Entries of all kinds: what a snapshot costs.</summary>
    public long Entries => (long)_pairs.Count + _leases.Count + _judgments.Count;

    /// <summary>The state's bytes now, in pieces that stay as they are until <see cref="LetGo"/>.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Hold()
    {
        foreach (var held in _activeLeases.Values)
        {
            foreach (var lease in held.AsSpan())
            {
                _leases.Edit(lease).Expires = held.Expires(Lease(lease));
            }
        }

        using var texts = new MemoryStream();
        using var writer = new BinaryWriter(texts, Encoding.UTF8);
        writer.Write(s_layout);
        SaveTexts(writer, _segments);
        SaveTexts(writer, _origins);
        SaveTexts(writer, [.. _annotators.Select(annotator => annotator.Value)]);
        SaveTexts(writer, _noteTexts);
        writer.Write(_pairs.Count);
        writer.Write(_leases.Count);
        writer.Write(_judgments.Count);
        SaveRankings(writer);
        writer.Flush();
        return [BitConverter.GetBytes((int)texts.Length), texts.ToArray(), .. _pairs.Hold(), .. _leases.Hold(), .. _judgments.Hold(), .. _notes.Hold()];
    }

    /// <summary>The pieces are not needed any more.</summary>
    public void LetGo()
    {
        _pairs.LetGo();
        _leases.LetGo();
        _judgments.LetGo();
        _notes.LetGo();
    }

    /// <summary>Reads the pieces. Nothing is believed before <see cref="Finish"/>, which the caller calls when their hash is right.</summary>
    /// <exception cref="InvalidDataException">The layout is another one.</exception>
    public async Task LoadAsync(Func<Memory<byte>, CancellationToken, ValueTask> read, CancellationToken cancellationToken)
    {
        var length = new byte[sizeof(int)];
        await read(length, cancellationToken);
        var texts = new byte[Positive(BitConverter.ToInt32(length))];
        await read(texts, cancellationToken);
        using var reader = new BinaryReader(new MemoryStream(texts), Encoding.UTF8);
        if (reader.ReadInt32() != s_layout)
        {
            throw new InvalidDataException("The snapshot has another layout.");
        }

        _segments.AddRange(LoadTexts(reader));
        LoadTexts(reader).ForEach(origin => OriginOf(origin));
        LoadTexts(reader).ForEach(annotator => AnnotatorOf(new AnnotatorId(annotator)));
        LoadTexts(reader).ForEach(text => NoteOf(text));
        var (pairs, leases, judgments) = (Positive(reader.ReadInt32()), Positive(reader.ReadInt32()), Positive(reader.ReadInt32()));
        LoadRankings(reader);
        foreach (var block in _pairs.Fill(pairs).Concat(_leases.Fill(leases)).Concat(_judgments.Fill(judgments)).Concat(_notes.Fill(pairs)))
        {
            await read(block, cancellationToken);
        }
    }

    /// <summary>Makes orders, totals and look-ups of what was read.</summary>
    public void Finish()
    {
        _pairById.AddAll(_pairs.Count);
        _judgmentById.AddAll(_judgments.Count);
        for (var lease = 0; lease < _leases.Count; lease++)
        {
            if (_leases[lease].Pair == None)
            {
                _freeLeases.Push(lease);
            }
            else if (_leases[lease].Active)
            {
                Activate(lease);
            }
        }

        _status = _status with { Pairs = _pairs.Count };
        for (var pair = 0; pair < _pairs.Count; pair++)
        {
            ref readonly var entry = ref _pairs[pair];
            Account(pair, entry with { Closed = true, Counted = 0, Skips = 0, Reports = 0 }, entry);
            ListHeadToHead(pair, entry);
        }
    }

    private static int Positive(int count) => count >= 0 ? count : throw new InvalidDataException("The snapshot is damaged.");

    private static void SaveTexts(BinaryWriter writer, List<string> texts)
    {
        writer.Write(texts.Count);
        texts.ForEach(writer.Write);
    }

    private static List<string> LoadTexts(BinaryReader reader)
    {
        var texts = new List<string>();
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            texts.Add(reader.ReadString());
        }

        return texts;
    }
}
