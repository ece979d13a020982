using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Silo.Search;

/// <summary>What is looked for.</summary>
/// <param name="Text">At least two characters; upper and lower case are the same.</param>
/// <param name="Filter">Which pairs.</param>
internal sealed record TextQuery(string Text, PairFilter Filter);

/// <summary>A pair with the text in its prompt or in a response.</summary>
/// <param name="Pair">The pair.</param>
/// <param name="Origin">Generation, import or round.</param>
/// <param name="State">How far it has come.</param>
/// <param name="FoundIn">prompt, a, b.</param>
/// <param name="Excerpt">The first find with what surrounds it.</param>
internal sealed record TextHit(PairId Pair, string Origin, PairState State, ImmutableArray<string> FoundIn, string Excerpt);

/// <summary>How far a search has come.</summary>
/// <param name="Hits">New hits.</param>
/// <param name="Searched">Pairs searched so far.</param>
internal sealed record TextProgress(IReadOnlyList<TextHit> Hits, int Searched);

/// <summary>Looks for text in pairs, shard by shard in order of arrival. Nothing is indexed: segments are read once each and searched as a whole.</summary>
internal sealed class TextSearch(IBlobStore blobs, IGrainFactory grains)
{
    private const int PairsAtOnce = 2000;

    /// <summary>Hits as they are found; ends when all pairs were searched or the caller stops.</summary>
    public async IAsyncEnumerable<TextProgress> RunAsync(ProjectView project, TextQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var segments = new SegmentSearch(blobs, query.Text);
        var searched = 0;
        for (var shard = 0; shard < project.Shards; shard++)
        {
            var grain = grains.GetGrain<ILedgerShardGrain>(string.Create(CultureInfo.InvariantCulture, $"{project.Id}/{shard}"));
            for (long? from = 0; from is { } at;)
            {
                var page = await grain.ListPairsAsync(query.Filter, at, PairsAtOnce, cancellationToken);
                var hits = new List<TextHit>();
                foreach (var segment in page.Items.GroupBy(item => item.Row.Blob))
                {
                    await SearchAsync(segment, segments, hits, cancellationToken);
                }

                searched += page.Items.Length;
                yield return new(hits, searched);
                from = page.Next;
            }
        }
    }

    private async Task SearchAsync(IGrouping<string, PairItem> segment, SegmentSearch segments, List<TextHit> hits, CancellationToken cancellationToken)
    {
        var rows = (await blobs.GetAsync(segment.Key, cancellationToken) ?? throw new InvalidDataException($"The pair segment {segment.Key} is missing; restore the store from a copy.")).Bytes;
        foreach (var item in segment)
        {
            var record = PairSegment.Parse(rows.Span.Slice((int)item.Row.Offset, item.Row.Length));
            var prompt = await segments.FindAsync(record.PromptAt, isPrompt: true, cancellationToken);
            var a = await segments.FindAsync(record.AAt, isPrompt: false, cancellationToken);
            var b = await segments.FindAsync(record.BAt, isPrompt: false, cancellationToken);
            if ((prompt ?? a ?? b) is { } excerpt)
            {
                var places = new[] { (prompt, "prompt"), (a, "a"), (b, "b") }.Where(place => place.Item1 is not null).Select(place => place.Item2);
                hits.Add(new(item.Id, item.Origin, item.State, [.. places], excerpt));
            }
        }
    }
}
