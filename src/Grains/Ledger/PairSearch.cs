using System.Globalization;
using Orleans.Dpo.Grains.Prompts;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>A filter over the pairs of a shard. What a filter asks of writers and labels is answered once for each combination of them, not for each pair.</summary>
internal sealed class PairSearch(ShardIndex index, PairFilter filter, int? origin)
{
    private readonly ulong? _prompt = filter.Prompt is { } prompt ? Bits(prompt) : null;
    private readonly bool _asksNotes = filter.Policy is not null || filter.Lang is not null || filter.Tag is not null;

    // By number of the note's text: unknown yet, no, yes.
    private byte[] _fits = [];

    /// <summary>The part of a prompt's id that is kept beside a pair.</summary>
    public static ulong Bits(PromptId prompt) => ulong.Parse(prompt.Value.AsSpan(prompt.Value.Length - 16), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>The first pair at or behind <paramref name="from"/>, before <paramref name="end"/>, that fits; or <paramref name="end"/>.</summary>
    public int Next(int from, int end)
    {
        for (var pair = from; pair < end; pair++)
        {
            if ((_prompt is null && !_asksNotes) || FitsNote(index.Note(pair)))
            {
                ref readonly var entry = ref index.Pair(pair);
                if ((origin is null || entry.Origin == origin) && (filter.Purpose is { } purpose ? entry.Purpose == (byte)purpose : entry.Purpose != (byte)Purpose.Ranking)
                    && (!filter.Reported || entry.Reports > 0) && (filter.State is null || ShardIndex.StateOf(entry) == filter.State))
                {
                    return pair;
                }
            }
        }

        return end;
    }

    private bool FitsNote(in PairNote note) => (_prompt is null || note.Prompt == _prompt) && (!_asksNotes || FitsText(note.Text));

    private bool FitsText(int number)
    {
        if (number >= _fits.Length)
        {
            Array.Resize(ref _fits, Math.Max(number + 1, 2 * _fits.Length));
        }

        if (_fits[number] == 0)
        {
            var lines = index.NoteText(number).Split('\n');
            var labels = new PromptLabels(lines[2].Length > 0 ? lines[2] : null, [.. lines.Skip(3)]);
            var fits = (filter.Policy is null || lines[0] == filter.Policy || lines[1] == filter.Policy) && new PromptFilter { Lang = filter.Lang, Tag = filter.Tag }.Fits(labels);
            _fits[number] = (byte)(fits ? 2 : 1);
        }

        return _fits[number] == 2;
    }
}
