using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>What a published version holds. Ties and both-bad are counted here, never dropped in silence.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.version-facts")]
public sealed record VersionFacts
{
    /// <summary>SHA-256 over canonical lines and recipe, 64 hexadecimal digits; the first 40 are the revision.</summary>
    [Id(0)] public required string Identity { get; init; }

    /// <summary>Rows of the items table.</summary>
    [Id(1)] public int Items { get; init; }

    /// <summary>Rows of the judgments table.</summary>
    [Id(2)] public int Judgments { get; init; }

    /// <summary>Rows of the dpo table, train split.</summary>
    [Id(3)] public int DpoTrain { get; init; }

    /// <summary>Rows of the dpo table, test split.</summary>
    [Id(4)] public int DpoTest { get; init; }

    /// <summary>Of the train rows, those replayed from earlier windows.</summary>
    [Id(5)] public int Replayed { get; init; }

    /// <summary>Pairs in the window whose majority is a tie.</summary>
    [Id(6)] public int Ties { get; init; }

    /// <summary>Pairs in the window whose majority is both-bad.</summary>
    [Id(7)] public int BothBad { get; init; }

    /// <summary>Pairs in the window without a majority.</summary>
    [Id(8)] public int NoMajority { get; init; }

    /// <summary>Skips.</summary>
    [Id(9)] public int Skips { get; init; }

    /// <summary>Bytes of all files.</summary>
    [Id(10)] public long Bytes { get; init; }

    /// <summary>Pairs that a filter, a duplicate or a cap keeps out of the dpo table.</summary>
    [Id(11)] public int Filtered { get; init; }

    /// <summary>The facts of counts, without identity and bytes.</summary>
    internal static VersionFacts Of(BucketCounts counts) => new()
    {
        Identity = "",
        Items = counts["items"],
        Judgments = counts["judgments"],
        DpoTrain = counts["train"] + counts["replayed"],
        DpoTest = counts["test"],
        Replayed = counts["replayed"],
        Ties = counts["ties"],
        BothBad = counts["both_bad"],
        NoMajority = counts["no_majority"],
        Skips = counts["skips"],
        Filtered = counts["filtered"],
    };

    /// <summary>Why there is no version of these counts, or null.</summary>
    internal static Refusal? Refuse(BucketCounts counts)
    {
        // Rankings alone are a version too: their Plackett–Luce rows need no pair.
        if (counts["train"] is 0 && (counts["ranked_train"] is 0 || counts["all_votes"] > 0))
        {
            var filtered = counts["filtered"] > 0 ? $", {counts["filtered"]} kept out by the recipe's filters" : "";
            return new(RefusalCodes.EmptyVersion, $"The version would hold no row to train on: {counts["all_votes"]} votes on {counts["items"]} pairs, of these in the window"
                + $" {counts["ties"]} ties, {counts["both_bad"]} both bad, {counts["no_majority"]} without a majority{filtered}.");
        }

        return counts["chat_rows"] > 0 && counts["text_rows"] > 0
            ? new(RefusalCodes.BadRequest, "The version would mix plain-text and chat prompts, which no trainer reads; keep them in two projects.")
            : null;
    }
}
