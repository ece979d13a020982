using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Prompts;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Silo.Auth;
using Orleans.Dpo.Silo.Search;

namespace Orleans.Dpo.Silo.Api;

/// <summary>Pairs and judgments in pages with filters, and text search. For those who do not judge: who wrote and who chose what would unblind.</summary>
internal static class ListsApi
{
    private const int MostHits = 1000;

    public static IEndpointRouteBuilder MapLists(this IEndpointRouteBuilder project)
    {
        project.MapGet("/pairs", PairsAsync).Describe("list-pairs", "Pairs by status, origin, purpose, report, prompt, policy, language or tag, in order of arrival within a shard.").For(Roles.Researcher, Roles.Operator);
        project.MapGet("/judgments", JudgmentsAsync).Describe("list-judgments", "Judgments by annotator, pair, choice, purpose, time, counted, live or reported, newest first.").For(Roles.Researcher, Roles.Operator);
        project.MapGet("/search", SearchAsync).Describe("search-text", "Pairs with a text in prompt or responses, as JSON lines while they are found.")
            .Produces(StatusCodes.Status200OK, contentType: "application/x-ndjson").For(Roles.Researcher, Roles.Operator);
        return project;
    }

    private static async Task<Results<Ok<Page<PairItemAnswer>>, ProblemHttpResult>> PairsAsync(
        CurrentProject project, PageRequest page, IGrainFactory grains, RowTexts texts, QueryWord<PairState>? status = null, string? origin = null, QueryWord<Purpose>? purpose = null,
        bool reported = false, string? prompt = null, string? policy = null, string? lang = null, string? tag = null, bool excerpt = false, CancellationToken cancellationToken = default)
    {
        PromptId? asked = PromptId.TryParse(prompt, out var its) ? its : null;
        if (prompt is not null && asked is null)
        {
            return ProblemMap.Problem(RefusalCodes.BadRequest, $"'{prompt}' is not a prompt's id.", field: "prompt");
        }

        var filter = new PairFilter { State = status?.Value, Origin = origin, Purpose = purpose?.Value, Reported = reported, Prompt = asked, Policy = policy, Lang = lang, Tag = tag };
        return TypedResults.Ok(await PairPageAsync(project, page, grains, filter, cancellationToken, excerpt ? texts : null));
    }

    /// <summary>A page of pairs, or of rankings, over all shards; of pairs with the end of their prompts when texts are given.</summary>
    internal static async Task<Page<PairItemAnswer>> PairPageAsync(
        CurrentProject project, PageRequest page, IGrainFactory grains, PairFilter filter, CancellationToken cancellationToken, RowTexts? texts = null)
    {
        var (first, from) = Cursor(page);
        var items = ImmutableArray.CreateBuilder<PairItemAnswer>();
        for (var shard = (int)first; shard < project.View.Shards; (shard, from) = (shard + 1, 0))
        {
            var found = await Shard(grains, project, shard).ListPairsAsync(filter, from, page.Limit - items.Count, cancellationToken);
            foreach (var item in found.Items)
            {
                items.Add(PairItemAnswer.Of(item, texts is null ? null : await texts.PromptEndAsync(item.Row, cancellationToken)));
            }

            // A walk over very many pairs ends after a bound, maybe with an empty page: the cursor goes on.
            if (found.Next is { } next)
            {
                return new(items.ToImmutable(), Cursor(shard, next));
            }

            if (items.Count == page.Limit)
            {
                return new(items.ToImmutable(), shard + 1 < project.View.Shards ? Cursor(shard + 1, 0) : null);
            }
        }

        return new(items.ToImmutable(), null);
    }

    private static async Task<Results<Ok<Page<JudgmentItemAnswer>>, ProblemHttpResult>> JudgmentsAsync(
        CurrentProject project, PageRequest page, IGrainFactory grains, string? annotator = null, QueryWord<Choice>? choice = null, QueryWord<Purpose>? purpose = null, bool? counted = null,
        string? pair = null, bool? live = null, bool? reported = null, DateTimeOffset? since = null, DateTimeOffset? until = null, CancellationToken cancellationToken = default)
    {
        AnnotatorId? person = null;
        if (annotator is not null)
        {
            if (!AnnotatorId.TryParse(annotator, out var id))
            {
                return ProblemMap.Problem(RefusalCodes.BadRequest, $"'{annotator}' is not an annotator's id.", field: "annotator");
            }

            person = id;
        }

        PairId? of = PairId.TryParse(pair, out var its) ? its : null;
        if (pair is not null && of is null)
        {
            return ProblemMap.Problem(RefusalCodes.BadRequest, $"'{pair}' is not a pair's id.", field: "pair");
        }

        var filter = new JudgmentFilter { Pair = of, Annotator = person, Choice = choice?.Value, Purpose = purpose?.Value, Counted = counted, Live = live, Reported = reported, Since = since, Until = until };
        var (time, tie) = page.Cursor is null ? (long.MaxValue - 1, 0) : Cursor(page);

        // Newest first over all shards; in one microsecond, the smaller shard's comes first.
        var pages = await Task.WhenAll(Enumerable.Range(0, project.View.Shards).Select(shard =>
            Shard(grains, project, shard).ListJudgmentsAsync(filter, shard >= tie ? time + 1 : time, page.Limit, cancellationToken)));
        var known = pages.Select((found, shard) => found.Next is { } next ? (Time: next, Shard: shard) : (Time: long.MinValue, Shard: shard)).MaxBy(end => (end.Time, -end.Shard));
        var sorted = pages.SelectMany((found, shard) => found.Items.Select(item => (Item: item, Time: Microseconds(item.Judgment.Time), Shard: shard)))
            .Where(item => item.Time >= known.Time).OrderByDescending(item => item.Time).ThenBy(item => item.Shard).ToList();
        var shown = sorted.Take(page.Limit).ToImmutableArray();
        var next = sorted.Count > shown.Length ? Cursor(shown[^1].Time, shown[^1].Shard + 1)
            : known.Time > long.MinValue ? Cursor(known.Time - 1, 0)
            : null;
        return TypedResults.Ok(new Page<JudgmentItemAnswer>([.. shown.Select(item => JudgmentItemAnswer.Of(item.Item))], next));
    }

    private static Results<PushStreamHttpResult, ProblemHttpResult> SearchAsync(
        CurrentProject project, HttpContext context, TextSearch search, string q, QueryWord<PairState>? status = null, string? origin = null, int limit = 50)
    {
        if (q.Length is < 2 or > 200 || limit is < 1 or > MostHits)
        {
            return ProblemMap.Problem(RefusalCodes.BadRequest, $"q has 2 to 200 characters, limit is 1 to {MostHits}.", field: q.Length is < 2 or > 200 ? "q" : "limit");
        }

        var query = new TextQuery(q, new() { State = status?.Value, Origin = origin });
        var view = project.View;
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Stream(async stream =>
        {
            var (hits, searched) = (0, 0);
            await foreach (var progress in search.RunAsync(view, query, context.RequestAborted))
            {
                searched = progress.Searched;
                foreach (var hit in progress.Hits.Take(limit - hits))
                {
                    hits++;
                    await WriteAsync(stream, hit, context.RequestAborted);
                }

                if (hits == limit)
                {
                    break;
                }

                await stream.FlushAsync(context.RequestAborted);
            }

            await WriteAsync(stream, new SearchEnd(hits, searched, hits == limit), context.RequestAborted);
        }, "application/x-ndjson");
    }

    private static async Task WriteAsync<T>(Stream stream, T line, CancellationToken cancellationToken) =>
        await stream.WriteAsync((byte[])[.. JsonSerializer.SerializeToUtf8Bytes(line, ApiJson.Options), (byte)'\n'], cancellationToken);

    private static ILedgerShardGrain Shard(IGrainFactory grains, CurrentProject project, int shard) =>
        grains.GetGrain<ILedgerShardGrain>(string.Create(CultureInfo.InvariantCulture, $"{project.Key}/{shard}"));

    private static long Microseconds(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    private static string Cursor(long first, long second) => string.Create(CultureInfo.InvariantCulture, $"{first}-{second}");

    private static (long First, long Second) Cursor(PageRequest page)
    {
        if (page.Cursor is null)
        {
            return default;
        }

        var parts = page.Cursor.Split('-');
        return parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first) && first < long.MaxValue
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var second)
            ? (first, second)
            : throw new BadHttpRequestException($"'{page.Cursor}' is not a cursor of this list.");
    }

    internal sealed record PairItemAnswer(PairId Id, string Origin, Purpose Purpose, PairState Status, int Overlap, int Wanted, int Counted, int Leased, int Skips, int Reports,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Prompt)
    {
        public static PairItemAnswer Of(PairItem item, string? prompt) =>
            new(item.Id, item.Origin, item.Purpose, item.State, item.Overlap, item.Wanted, item.Counted, item.Leased, item.Skips, item.Reports, prompt);
    }

    internal sealed record JudgmentItemAnswer(
        JudgmentId Id, PairId Pair, long Seq, AnnotatorId Annotator, Choice Choice, int? Strength, Purpose Purpose, bool Counted, bool Live, bool Reported, DateTimeOffset Time,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<ImmutableArray<int>>? Ranking)
    {
        public static JudgmentItemAnswer Of(JudgmentItem item) => new(
            item.Judgment.Id, item.Pair, item.Judgment.Seq, item.Judgment.Annotator, item.Judgment.Verdict.Choice, item.Judgment.Verdict.Strength, item.Judgment.Purpose,
            item.Judgment.Counted, item.IsLive, item.IsReported, item.Judgment.Time, item.Judgment.Ranking?.Groups);
    }

    internal sealed record SearchEnd(int Hits, int Searched, bool More);
}
