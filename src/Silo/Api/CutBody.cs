using System.Collections.Immutable;
using System.Globalization;
using Orleans.Dpo.Grains.Datasets;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Silo.Api;

/// <summary>What a cut by hand may say. Nothing of it: the project's recipe, now.</summary>
/// <param name="Replay">Rows of earlier windows as a share of new ones.</param>
/// <param name="Recipe">What differs from the project's recipe.</param>
/// <param name="AsOf">An instant, or a version whose positions are taken.</param>
/// <param name="Positions">The last event of each shard.</param>
internal sealed record CutBody(double? Replay = null, CutRecipe? Recipe = null, string? AsOf = null, IReadOnlyDictionary<string, long>? Positions = null)
{
    /// <summary>Where the ledger is cut; no positions for now.</summary>
    public async Task<Outcome<CutPlace>> PositionsAsync(CurrentProject project, IDatasetsGrain datasets, IBlobStore blobs, CancellationToken cancellationToken)
    {
        if (AsOf is not null && Positions is not null)
        {
            return new Refusal(RefusalCodes.BadRequest, "as_of and positions are two ways to say one thing; send one.");
        }

        if (Positions is not null)
        {
            var found = await LedgerPositions.OfAsync(blobs, project.Key, project.View.Shards, Positions, cancellationToken);
            return found.Refusal is { } refusal ? refusal : new CutPlace(found.Value);
        }

        if (AsOf is null)
        {
            return new CutPlace(null);
        }

        if (DateTimeOffset.TryParse(AsOf, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant))
        {
            return new CutPlace(await LedgerPositions.AtAsync(blobs, project.Key, project.View.Shards, instant, cancellationToken));
        }

        return await datasets.FindAsync(AsOf, cancellationToken) is { } version
            ? new CutPlace(Grains.Datasets.Recipe.Parse(version.Recipe).Positions)
            : new Refusal(RefusalCodes.UnknownVersion, $"as_of is '{AsOf}': neither a time nor a version.");
    }
}

/// <summary>Where a version is cut.</summary>
/// <param name="Positions">Null: where the ledger stands.</param>
internal sealed record CutPlace(ImmutableArray<RecipePosition>? Positions);

/// <summary>The recipe of a cut; docs/formats/datasets.md has every member.</summary>
internal sealed record CutRecipe(
    string? Aggregation = null, double? Replay = null, string? Since = null, long? Seed = null, string Labels = "hard", double Threshold = 0, string Ties = "count", string BothBad = "count", string Weights = "none",
    double MinStrength = 0, double MinAgreement = 0, int MinVotes = 0, double? MinReliability = null, string[]? Prompts = null, string[]? Origins = null, string[]? Sources = null, bool Dedup = false,
    int PerPrompt = 0, string[]? ReplayOf = null, string Rankings = "none", string[]? Languages = null, string[]? TagsAny = null, string[]? TagsAll = null, string[]? TagsNone = null, string[]? ExcludeOrigins = null,
    string[]? SourcesAny = null, string[]? ExcludeSources = null, double? MinPosterior = null, string[]? Annotators = null, string[]? ExcludeAnnotators = null, string[]? AnnotatorKinds = null,
    DateTimeOffset? VotesFrom = null, DateTimeOffset? VotesBefore = null)
{
    /// <summary>The options it names.</summary>
    public RecipeOptions Options() => new()
    {
        Labels = Labels,
        Threshold = Threshold,
        Ties = Ties,
        BothBad = BothBad,
        Weights = Weights,
        MinStrength = MinStrength,
        MinAgreement = MinAgreement,
        MinVotes = MinVotes,
        MinReliability = MinReliability,
        Prompts = [.. Prompts ?? []],
        Origins = [.. Origins ?? []],
        Sources = [.. Sources ?? []],
        Dedup = Dedup,
        PerPrompt = PerPrompt,
        Rankings = Rankings,
        ReplayOf = [.. ReplayOf ?? []],
        Languages = [.. Languages ?? []],
        TagsAny = [.. TagsAny ?? []],
        TagsAll = [.. TagsAll ?? []],
        TagsNone = [.. TagsNone ?? []],
        ExcludeOrigins = [.. ExcludeOrigins ?? []],
        SourcesAny = [.. SourcesAny ?? []],
        ExcludeSources = [.. ExcludeSources ?? []],
        MinPosterior = MinPosterior,
        Annotators = [.. Annotators ?? []],
        ExcludeAnnotators = [.. ExcludeAnnotators ?? []],
        AnnotatorKinds = [.. AnnotatorKinds ?? []],
        VotesFrom = VotesFrom?.ToUniversalTime(),
        VotesBefore = VotesBefore?.ToUniversalTime(),
    };
}
