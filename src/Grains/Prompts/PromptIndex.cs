using System.Globalization;
using System.Runtime.InteropServices;
using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Prompts;

/// <summary>Prompts in memory without their texts: about 50 bytes each. Kept in the order of ids, with what filters ask beside it, so that a list of a million takes a few milliseconds.</summary>
internal sealed class PromptIndex
{
    private readonly EntryList<Entry> _entries = new();
    private readonly IdTable<Entry> _byId;
    private readonly List<string> _segments = [];
    private readonly List<PromptLabels?> _labels = [null];
    private readonly Dictionary<PromptLabels, int> _labelsByValue = [];

    // Entries by id; _marks has their splits and labels in the same order.
    private int[] _sorted = [];
    private int[] _marks = [];
    private int _tests;

    public PromptIndex() => _byId = new(_entries);

    public int Count => _entries.Count;

    public int Tests => _tests;

    /// <summary>The entry of a prompt, or null.</summary>
    public PromptEntry? Find(PromptId id) => _byId.Find(Bits(id)) is var entry and >= 0 ? At(entry) : null;

    /// <summary>The prompt with a number from 0 on, in order of arrival.</summary>
    public PromptEntry At(int number)
    {
        ref readonly var entry = ref _entries[number];
        return new(IdOf(entry), entry.IsTest ? "test" : "train", new(_segments[entry.Segment], entry.Offset, entry.Length), _labels[entry.Labels]);
    }

    /// <summary>Takes rows of one segment in; known prompts are skipped.</summary>
    /// <returns>How many were new.</returns>
    public int Add(string segment, IEnumerable<(long Offset, int Length, PromptId Id, bool IsTest, PromptLabels? Labels)> rows)
    {
        var before = _entries.Count;
        _segments.Add(segment);
        foreach (var row in rows)
        {
            var id = Bits(row.Id);
            if (_byId.Find(id) != ShardIndex.None)
            {
                continue;
            }

            _byId.Add(_entries.Add(new() { Id = id, Offset = checked((int)row.Offset), Length = row.Length, Segment = _segments.Count - 1, Mark = (LabelsOf(row.Labels) << 1) | (row.IsTest ? 1 : 0) }));
            _tests += row.IsTest ? 1 : 0;
        }

        Merge(before);
        return _entries.Count - before;
    }

    /// <summary>Entries that fit, in id order behind a cursor.</summary>
    public IEnumerable<PromptEntry> List(PromptFilter filter, PromptId? after)
    {
        var fits = _labels.Select(filter.Fits).ToArray();
        if (!fits.Contains(true))
        {
            yield break;
        }

        var (sorted, marks) = (_sorted, _marks);
        var split = filter.Split switch { "test" => 1, "train" => 0, _ => (int?)null };
        for (var at = after is { } id ? FirstBehind(Bits(id)) : 0; at < sorted.Length; at++)
        {
            if ((split is null || (marks[at] & 1) == split) && fits[marks[at] >> 1])
            {
                yield return At(sorted[at]);
            }
        }
    }

    /// <summary>Numbers of a split's prompts in the drawn order of a seed.</summary>
    public int[] Order(string split, long seed)
    {
        var wanted = split is "test";
        var numbers = Enumerable.Range(0, _sorted.Length).Where(at => (_marks[at] & 1) == 1 == wanted).Select(at => _sorted[at]).ToArray();
        var keys = Array.ConvertAll(numbers, number => (PromptRules.DrawKey(IdOf(_entries[number]), seed), _entries[number].Id));
        Array.Sort(keys, numbers);
        return numbers;
    }

    private static UInt128 Bits(PromptId id) => UInt128.Parse(id.Value.AsSpan(3), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static PromptId IdOf(in Entry entry) => new("pr_" + entry.Id.ToString("x32", CultureInfo.InvariantCulture));

    private int LabelsOf(PromptLabels? labels)
    {
        if (labels is null)
        {
            return 0;
        }

        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_labelsByValue, labels, out var known);
        if (!known)
        {
            number = _labels.Count;
            _labels.Add(labels);
        }

        return number;
    }

    // What is new is sorted and put between the runs that it divides: they are copied, not compared.
    private void Merge(int from)
    {
        var added = Enumerable.Range(from, _entries.Count - from).ToArray();
        Array.Sort(Array.ConvertAll(added, number => _entries[number].Id), added);
        var sorted = new int[_entries.Count];
        var marks = new int[_entries.Count];
        var (read, write) = (0, 0);
        foreach (var number in added)
        {
            var end = FirstBehind(_entries[number].Id, read);
            _sorted.AsSpan(read, end - read).CopyTo(sorted.AsSpan(write));
            _marks.AsSpan(read, end - read).CopyTo(marks.AsSpan(write));
            write += end - read;
            read = end;
            sorted[write] = number;
            marks[write++] = _entries[number].Mark;
        }

        _sorted.AsSpan(read).CopyTo(sorted.AsSpan(write));
        _marks.AsSpan(read).CopyTo(marks.AsSpan(write));
        (_sorted, _marks) = (sorted, marks);
    }

    private int FirstBehind(UInt128 id, int from = 0)
    {
        var (low, high) = (from, _sorted.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            (low, high) = _entries[_sorted[middle]].Id <= id ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private struct Entry : IIdentified
    {
        private ulong _idHigh;
        private ulong _idLow;
        public int Offset;
        public int Length;
        public int Segment;

        /// <summary>The labels' number, and in the lowest bit whether it is held out.</summary>
        public int Mark;

        public UInt128 Id
        {
            readonly get => new(_idHigh, _idLow);
            set => (_idHigh, _idLow) = ((ulong)(value >> 64), (ulong)value);
        }

        public readonly bool IsTest => (Mark & 1) == 1;

        public readonly int Labels => Mark >> 1;
    }
}
