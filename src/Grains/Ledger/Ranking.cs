using System.Collections.Immutable;
using System.Globalization;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>An order of two to eight responses, ties allowed.</summary>
/// <param name="Places">Four bits for each response, the first response's lowest: its place, 0 the best.</param>
/// <param name="Count">How many responses.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.ranking")]
public readonly record struct Ranking(uint Places, int Count)
{
    /// <summary>Most responses of a ranking: a person can keep no more apart.</summary>
    public const int MostResponses = 8;

    /// <summary>Positions by place, best first; those of one place are tied and ascend.</summary>
    public ImmutableArray<ImmutableArray<int>> Groups
    {
        get
        {
            var places = Positions().Select(PlaceOf).ToArray();
            return [.. Positions().GroupBy(position => places[position]).OrderBy(group => group.Key).Select(group => group.ToImmutableArray())];
        }
    }

    /// <summary>False unless the groups name each of two to eight positions, from 0 on, exactly once.</summary>
    public static bool TryOf(IReadOnlyList<IReadOnlyList<int>> groups, out Ranking ranking)
    {
        ranking = default;
        var positions = groups.SelectMany(group => group).ToArray();
        if (positions.Length is < 2 or > MostResponses || groups.Any(group => group.Count is 0) || !positions.Order().SequenceEqual(Enumerable.Range(0, positions.Length)))
        {
            return false;
        }

        var places = 0u;
        for (var place = 0; place < groups.Count; place++)
        {
            foreach (var position in groups[place])
            {
                places |= (uint)place << (4 * position);
            }
        }

        ranking = new(places, positions.Length);
        return true;
    }

    /// <summary>Reads the text of <see cref="ToString"/>.</summary>
    /// <exception cref="FormatException">It is no ranking.</exception>
    public static Ranking Parse(string text) =>
        TryOf([.. text.Split('>').Select(group => group.Split('=').Select(position => int.Parse(position, NumberStyles.None, CultureInfo.InvariantCulture)).ToArray())], out var ranking)
            ? ranking : throw new FormatException($"'{text}' is no ranking.");

    /// <summary>The place of a position.</summary>
    public int PlaceOf(int position) => (int)(Places >> (4 * position)) & 15;

    /// <summary>The same order when what this one calls <c>i</c> is called <c>names[i]</c>.</summary>
    public Ranking Renamed(ImmutableArray<int> names)
    {
        var places = 0u;
        for (var position = 0; position < Count; position++)
        {
            places |= (uint)PlaceOf(position) << (4 * names[position]);
        }

        return this with { Places = places };
    }

    /// <summary>Below 0 where the first is better, above 0 where the second is, 0 for a tie.</summary>
    public int Compare(int first, int second) => PlaceOf(first).CompareTo(PlaceOf(second));

    /// <summary>Best first: <c>2&gt;0=1</c>.</summary>
    public override string ToString() => string.Join('>', Groups.Select(group => string.Join('=', group.Select(position => position.ToString(CultureInfo.InvariantCulture)))));

    private IEnumerable<int> Positions() => Enumerable.Range(0, Count);
}
