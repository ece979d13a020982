using System.Globalization;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Prompts;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Silo.Imports;

/// <summary>Two responses to a prompt that are to become a pair.</summary>
internal sealed record NewPair(PromptEntry Prompt, ResponseRow One, ResponseRow Other)
{
    public string Strategy { get; init; } = "uniform";

    public double Propensity { get; init; } = 1;

    /// <summary>Counted votes it wants, when they are not those of its origin.</summary>
    public int? Overlap { get; init; }
}

/// <summary>What all pairs of one writing have in common.</summary>
internal sealed record PairOrigin(string Origin, Purpose Purpose, int Overlap, int Priority);

/// <summary>Writes response and pair segments and makes them known to the shards. The same pairs give the same blobs, so a repeat adds nothing.</summary>
internal sealed class PairSegmentWriter(IBlobStore store, IGrainFactory grains)
{
    /// <summary>Writes pairs; those that are known already are skipped by their shard.</summary>
    /// <param name="project">The project.</param>
    /// <param name="segment">Name of the segments, such as g7.</param>
    /// <param name="origin">What the pairs have in common.</param>
    /// <param name="pairs">The pairs; equal ones are written once.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The records written, in the order given, and how many the shards did not know.</returns>
    public async Task<(IReadOnlyList<PairRecord> Records, int Added)> WriteAsync(
        ProjectView project, string segment, PairOrigin origin, IReadOnlyCollection<NewPair> pairs, CancellationToken cancellationToken)
    {
        var texts = await WriteResponsesAsync(project.Id, segment, pairs.SelectMany(pair => new[] { pair.One, pair.Other }), cancellationToken);
        var least = project.Settings.Assignment.MinOverlap;
        var records = pairs.Select(pair => Record(pair, origin, texts) with { MinOverlap = origin.Purpose is Purpose.Vote && least > 0 && least < origin.Overlap ? least : null }).DistinctBy(record => record.Id).ToList();
        return (records, await AddAsync(project, segment, records, cancellationToken));
    }

    /// <summary>Writes rankings; those that are known already are skipped by their shard.</summary>
    public async Task<(IReadOnlyList<PairRecord> Records, int Added)> WriteAsync(
        ProjectView project, string segment, PairOrigin origin, IReadOnlyCollection<NewRanking> rankings, CancellationToken cancellationToken)
    {
        var texts = await WriteResponsesAsync(project.Id, segment, rankings.SelectMany(ranking => ranking.Responses), cancellationToken);
        var records = rankings.Select(ranking => Record(ranking, origin, texts)).DistinctBy(record => record.Id).ToList();
        return (records, await AddAsync(project, segment, records, cancellationToken));
    }

    private async Task<int> AddAsync(ProjectView project, string segment, List<PairRecord> records, CancellationToken cancellationToken)
    {
        var added = 0;
        foreach (var shard in records.GroupBy(record => PairShards.Of(record.Id, project.Shards)).OrderBy(shard => shard.Key))
        {
            var blob = string.Create(CultureInfo.InvariantCulture, $"projects/{project.Id}/pairs/{shard.Key}/{segment}.jsonl");
            await store.PutOnceAsync(blob, shard.SelectMany(PairSegment.ToLine).ToArray(), cancellationToken);
            var outcome = await grains.GetGrain<ILedgerShardGrain>(string.Create(CultureInfo.InvariantCulture, $"{project.Id}/{shard.Key}")).AddPairsAsync(blob, cancellationToken);
            added += outcome.Refusal is { } refusal ? throw new IOException($"{blob}: {refusal.Detail}") : outcome.Value;
        }

        return added;
    }

    private async Task<Dictionary<ResponseId, BlobSlice>> WriteResponsesAsync(ProjectId project, string segment, IEnumerable<ResponseRow> responses, CancellationToken cancellationToken)
    {
        // The bucket only spreads segments over folders; one segment holds all responses of one writing.
        var blob = $"projects/{project}/responses/{ContentHash.Hex(segment)[..2]}/{segment}.jsonl";
        var slices = new Dictionary<ResponseId, BlobSlice>();
        using var content = new MemoryStream();
        foreach (var response in responses)
        {
            if (!slices.ContainsKey(response.ResponseId))
            {
                var line = response.ToLine();
                slices[response.ResponseId] = new(blob, content.Length, line.Length - 1);
                content.Write(line);
            }
        }

        if (slices.Count > 0)
        {
            await store.PutOnceAsync(blob, content.ToArray(), cancellationToken);
        }

        return slices;
    }

    private static PairRecord Record(NewRanking ranking, PairOrigin origin, Dictionary<ResponseId, BlobSlice> texts)
    {
        RankedResponse[] responses = [.. ranking.Responses.OrderBy(response => response.ResponseId).Select(response => new RankedResponse(response.ResponseId, texts[response.ResponseId], response.Source))];
        var pair = Record(new NewPair(ranking.Prompt, ranking.Responses[0], ranking.Responses[1]) { Strategy = "import", Overlap = ranking.Overlap }, origin, texts);
        return pair with
        {
            Id = PairId.OfRanking(ranking.Prompt.Id, responses.Select(response => response.Id)),
            A = responses[0].Id,
            AAt = responses[0].At,
            ASource = responses[0].Source,
            B = responses[1].Id,
            BAt = responses[1].At,
            BSource = responses[1].Source,
            More = responses.Length > 2 ? [.. responses[2..]] : null,
        };
    }

    private static PairRecord Record(NewPair pair, PairOrigin origin, Dictionary<ResponseId, BlobSlice> texts)
    {
        var (a, b) = pair.One.ResponseId.CompareTo(pair.Other.ResponseId) <= 0 ? (pair.One, pair.Other) : (pair.Other, pair.One);
        return new()
        {
            Id = PairId.Of(pair.Prompt.Id, a.ResponseId, b.ResponseId),
            Prompt = pair.Prompt.Id,
            PromptAt = pair.Prompt.At,
            A = a.ResponseId,
            AAt = texts[a.ResponseId],
            ASource = a.Source,
            B = b.ResponseId,
            BAt = texts[b.ResponseId],
            BSource = b.Source,
            Overlap = pair.Overlap ?? origin.Overlap,
            Purpose = origin.Purpose,
            Origin = origin.Origin,
            Priority = origin.Priority,
            Strategy = pair.Strategy,
            Propensity = pair.Propensity,
            Split = pair.Prompt.Split,
            Lang = pair.Prompt.Labels?.Lang,
            Tags = pair.Prompt.Labels is { Tags.IsEmpty: false } labels ? labels.Tags : null,
        };
    }
}
