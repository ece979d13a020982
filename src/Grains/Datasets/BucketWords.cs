using System.Globalization;
using System.Text;
using Orleans.Dpo.Grains.Formats;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>Says in one hash what a bucket's files depend on: its events, the recipe without positions, and what was decided among all pairs about those of the bucket.</summary>
internal sealed class BucketWords
{
    /// <summary>Changes with every change of a row's form or of what is counted, so that no file of an older program is taken.</summary>
    internal const string Program = "bucket/2";
    private readonly string _program;
    private readonly string _recipe;
    private readonly string _items;
    private readonly ILookup<int, string> _chosen;
    private readonly ILookup<int, string> _posteriors;

    public BucketWords(VersionPlan plan, string program = Program)
    {
        _program = program;
        _recipe = ContentHash.Hex(plan.Recipe.WithoutPositions());
        _items = string.Create(CultureInfo.InvariantCulture, $"{plan.Recipe.Project} {plan.Recipe.Aggregation} {plan.Recipe.Options.Ties is "ignore"} {plan.Recipe.Options.BothBad is "ignore"} {plan.Recipe.Format is 3} {VoteFilter.Word(plan.Recipe.Options)} {string.Join(' ', plan.Excluded.Order())}{(plan.Recipe.Options.Rankings is "none" ? "" : " rankings " + plan.Recipe.Options.Rankings)}");
        _chosen = plan.Replayed.Select(key => (Key: key, Mark: "r")).Concat(plan.Dropped.Select(key => (Key: key, Mark: "d"))).OrderBy(item => item.Key)
            .ToLookup(item => BucketOf(item.Key), item => $"{item.Mark}{item.Key:x32}");
        _posteriors = plan.Posteriors.OrderBy(item => item.Key).ToLookup(item => BucketOf(item.Key), item => $"{item.Key:x32}{BitConverter.DoubleToInt64Bits(item.Value):x16}");
    }

    /// <summary>For all files of a bucket; empty when the events are not known.</summary>
    public string Of(int bucket, string? touch) => touch is null ? "" : Hash($"{_program}\n{touch}\n{_recipe}\n{_items}", _posteriors[bucket].Concat(_chosen[bucket]));

    /// <summary>For items and judgments, which know no window, filter or draw.</summary>
    public string OfItems(int bucket, string? touch) => touch is null ? "" : Hash($"{_program}/items\n{touch}\n{_items}", _posteriors[bucket]);

    private static int BucketOf(UInt128 key) => (int)(key >> 120);

    private static string Hash(string head, IEnumerable<string> rest) => ContentHash.Hex(new StringBuilder(head).Append('\n').AppendJoin('\n', rest).ToString());
}
