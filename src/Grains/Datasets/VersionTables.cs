using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>The canonical tables of a version: logical path to bytes, in ordinal order of paths; and what was counted on the way.</summary>
/// <param name="Files">Such as <c>data/dpo/train-3f.jsonl</c>; buckets without rows have no file.</param>
/// <param name="Facts">Counts; identity and bytes are not set yet.</param>
/// <param name="Quality">Content of quality.json.</param>
public sealed record VersionTables(ImmutableSortedDictionary<string, byte[]> Files, VersionFacts Facts, JsonObject Quality)
{
    /// <summary>Builds the tables, or says why there is no version.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="pairs">All pairs, in any order.</param>
    /// <param name="texts">Texts of all pairs.</param>
    public static Outcome<VersionTables> Build(Recipe recipe, ImmutableArray<SourcePair> pairs, IReadOnlyDictionary<PairId, PairTexts> texts)
    {
        var aggregates = Aggregators.Find(recipe.Aggregation).OfAll(pairs, texts);
        var rows = pairs.Select((source, i) => new Row(source, texts[source.Pair.Id], aggregates[i])).OrderBy(row => row.Source.Pair.Id).ToImmutableArray();
        var eligible = rows.Where(row => row.IsDpo).ToImmutableArray();
        var fresh = eligible.Where(row => row.Source.Pair.Split is "train" && (recipe.Replay is null || row.Source.IsNew)).ToImmutableArray();
        var earlier = eligible.Where(row => row.Source.Pair.Split is "train").Except(fresh).Select(row => row.Source.Pair.Id);
        var replayed = ReplayRules.Draw(earlier, recipe.Seed, (int)Math.Floor((recipe.Replay ?? 0) * fresh.Length)).ToHashSet();
        var test = eligible.Where(row => row.Source.Pair.Split is "test").ToImmutableArray();
        var train = eligible.Where(row => replayed.Contains(row.Source.Pair.Id)).Concat(fresh).OrderBy(row => row.Source.Pair.Id).ToImmutableArray();
        var facts = Count(rows, fresh, replayed.Count, test.Length, recipe);
        if (fresh.IsEmpty)
        {
            return new Refusal(RefusalCodes.EmptyVersion, $"The version would hold no row to train on: {rows.Sum(row => row.Source.Votes.Length)} votes on {rows.Length} pairs, of these in the window"
                + $" {facts.Ties} ties, {facts.BothBad} both bad, {facts.NoMajority} without a majority.");
        }

        if (train.Concat(test).Select(row => row.Texts.Prompt.Text is null).Distinct().Count() > 1)
        {
            return new Refusal(RefusalCodes.BadRequest, "The version would mix plain-text and chat prompts, which no trainer reads; keep them in two projects.");
        }

        var files = ImmutableSortedDictionary.CreateBuilder<string, byte[]>(StringComparer.Ordinal);
        Add(files, "data/items/", rows.Select(row => (row.Source.Pair.Id, TableRows.Item(row.Source, row.Texts, row.Aggregate))));
        Add(files, "data/judgments/", rows.SelectMany(row => row.Source.Judgments.OrderBy(judgment => judgment.Seq)
            .Select(judgment => (row.Source.Pair.Id, TableRows.Judgment(recipe.Project, row.Source, judgment)))));
        Add(files, "data/dpo/train-", train.Select(row => (row.Source.Pair.Id, TableRows.Dpo(row.Source, row.Texts, row.Aggregate, replayed.Contains(row.Source.Pair.Id)))));
        Add(files, "data/dpo/test-", test.Select(row => (row.Source.Pair.Id, TableRows.Dpo(row.Source, row.Texts, row.Aggregate, replayed: false))));
        return new VersionTables(files.ToImmutable(), facts, QualityReport.Of(pairs, facts));
    }

    /// <summary>A pair's bucket: the first two digits of its id's hash. Buckets in order hold pairs in order.</summary>
    public static string BucketOf(PairId pair) => pair.Value[3..5];

    private static void Add(ImmutableSortedDictionary<string, byte[]>.Builder files, string prefix, IEnumerable<(PairId Pair, JsonObject Row)> rows)
    {
        foreach (var bucket in rows.GroupBy(row => BucketOf(row.Pair)))
        {
            files[$"{prefix}{bucket.Key}.jsonl"] = [.. bucket.SelectMany(row => CanonicalJson.Line(row.Row))];
        }
    }

    private static VersionFacts Count(ImmutableArray<Row> rows, ImmutableArray<Row> fresh, int replayed, int test, Recipe recipe)
    {
        var window = rows.Where(row => row.Source.Pair.Purpose is Purpose.Vote && row.Source.Votes.Length > 0 && (recipe.Replay is null || row.Source.IsNew)).ToImmutableArray();
        return new()
        {
            Identity = "",
            Items = rows.Length,
            Judgments = rows.Sum(row => row.Source.Judgments.Length),
            DpoTrain = fresh.Length + replayed,
            DpoTest = test,
            Replayed = replayed,
            Ties = window.Count(row => row.Aggregate.Choice is Choice.Tie),
            BothBad = window.Count(row => row.Aggregate.Choice is Choice.BothBad),
            NoMajority = window.Count(row => row.Aggregate.Choice is null),
            Skips = rows.Sum(row => row.Source.Judgments.Count(judgment => judgment.IsLive && judgment.Event.Verdict.Choice is Choice.Skip)),
        };
    }

    private sealed record Row(SourcePair Source, PairTexts Texts, Aggregate Aggregate)
    {
        /// <summary>Head-to-head pairs are for the gate, and equal texts hold no preference.</summary>
        public bool IsDpo => Source.Pair.Purpose is Purpose.Vote && Aggregate.Choice is (Choice.A or Choice.B) && Texts.A.Text != Texts.B.Text;
    }
}
