using System.Collections.Immutable;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>The table files of one bucket, and what was counted on the way.</summary>
/// <param name="Files">Logical path and bytes; tables without rows have no file.</param>
/// <param name="Counts">Counts.</param>
internal sealed record BucketTables(ImmutableArray<(string Path, BlockWriter Content)> Files, BucketCounts Counts)
{
    /// <summary>Number of buckets.</summary>
    public const int Count = 256;

    /// <summary>Makes the files of a bucket's pairs, which are in the order of their ids.</summary>
    public static BucketTables Of(string bucket, IEnumerable<SourceRow> rows, VersionPlan plan, BlockPool pool, bool onlyDpo = false)
    {
        var (items, judgments, orders, ratings, train, test) = (new RowWriter(pool), new RowWriter(pool), new RowWriter(pool), new RowWriter(pool), new RowWriter(pool), new RowWriter(pool));
        var (counts, isWide) = (new BucketCounts(), plan.Recipe.Format is 3);
        foreach (var row in rows)
        {
            if (row.Source.Pair.Purpose is Purpose.Ranking)
            {
                counts.AddRanking(row.Source);
                RankingRows.Orders(orders, plan.Recipe.Project, row);
                continue;
            }

            var planned = plan.Of(row);
            counts.Add(planned, plan.Recipe);
            if (!onlyDpo)
            {
                TableRows.Item(items, planned, isWide);
                foreach (var judgment in row.Source.Judgments.OrderBy(judgment => judgment.Seq))
                {
                    TableRows.Judgment(judgments, plan.Recipe.Project, row.Source, judgment, isWide);
                    TableRows.Ratings(ratings, plan.Recipe.Project, judgment);
                }
            }

            if (planned.Fate is RowFate.Train or RowFate.Replayed or RowFate.Test)
            {
                TableRows.Dpo(planned.Fate is RowFate.Test ? test : train, planned, weighted: plan.Recipe.Format >= 2, isWide);
            }
        }

        var files = new (string Path, BlockWriter Content)[]
        {
            ($"data/dpo/test-{bucket}.jsonl", test.Written), ($"data/dpo/train-{bucket}.jsonl", train.Written), ($"data/items/{bucket}.jsonl", items.Written), ($"data/judgments/{bucket}.jsonl", judgments.Written),
            ($"data/orders/{bucket}.jsonl", orders.Written),
            ($"data/ratings/{bucket}.jsonl", ratings.Written),
        };
        return new([.. files.Where(file => file.Content.Length > 0)], counts);
    }
}
