using System.Collections.Immutable;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Prompts;
using Orleans.Dpo.Grains.Storage;
using Orleans.Dpo.Silo.Imports.Formats;

namespace Orleans.Dpo.Silo.Imports;

/// <summary>Brings judged rankings in whole: each row is a judge's order of a ranking, not k·(k−1)/2 pairs. Every id is a hash of the content, so the same file again changes nothing.</summary>
internal sealed class RankedImport(IBlobStore store, IGrainFactory grains)
{
    private readonly PromptImport _prompts = new(store, grains);
    private readonly PairSegmentWriter _writer = new(store, grains);
    private readonly ImportedJudgments _judgments = new(grains);

    /// <summary>Reads all rows and stores nothing.</summary>
    /// <returns>How many there are.</returns>
    public Task<int> CheckAsync(ProjectView project, IAsyncEnumerable<SourceRow> rows, ImportErrors errors, CancellationToken cancellationToken) =>
        new LabelledPrompts(grains, project.Id).CheckAsync(rows, Read, row => row.Prompt, errors, cancellationToken);

    /// <summary>Stores what can be read and reports the rest.</summary>
    public async Task<ImportReport> RunAsync(ProjectView project, IAsyncEnumerable<SourceRow> rows, string idempotencyKey, ImportErrors errors, CancellationToken cancellationToken)
    {
        var report = ImportReport.Begun(await grains.GetGrain<IProjectGrain>(project.Id.Value).ReserveImportAsync(idempotencyKey, cancellationToken));
        await foreach (var segment in ImportSegments.ReadAsync(rows, Read, errors, cancellationToken))
        {
            report = await AddAsync(project, report with { Rows = report.Rows + segment.Rows }, segment.Items, errors, cancellationToken);
        }

        return report with { Wrong = errors.Count, Errors = errors.First };
    }

    private static Judged[] Read(SourceRow source)
    {
        var row = RankingFormat.ReadWhole(new(source.Row, source.Line));
        return row.Answers.DistinctBy(answer => answer.Answer.Text).Count() < row.Answers.Length ? throw new ImportRowException(source.Line, "", "two answers are the same text; there is nothing to compare.")
            : row.Answers.FirstOrDefault(answer => !ResponseSource.IsName(answer.Answer.Source)).Answer is { } bad
                ? throw new ImportRowException(source.Line, "", $"'{bad.Source}' cannot name a source: it {ResponseSource.Rule}")
                : [Judged.Of(row, PreferenceImport.Labels(source))];
    }

    private async Task<ImportReport> AddAsync(ProjectView project, ImportReport report, List<(int Line, Judged Row)> read, ImportErrors errors, CancellationToken cancellationToken)
    {
        var (_, rows) = await _prompts.AddAsync(project.Id, read, row => row.Prompt, errors, cancellationToken);
        if (rows.Count is 0)
        {
            return report;
        }

        var judges = rows.GroupBy(row => row.Item.Id).ToDictionary(same => same.Key, same => Math.Min(100, same.Select(row => row.Item.Row.Judge).Distinct(StringComparer.Ordinal).Count()));
        var rankings = rows.Select(row => new NewRanking(row.Prompt, row.Item.Responses) { Overlap = judges[row.Item.Id] }).ToList();
        var name = $"{report.Import}-{ContentHash.Hex(string.Join('\n', rows.Select(row => $"{row.Item.Id} {judges[row.Item.Id]}")))[..16]}";
        var (_, added) = await _writer.WriteAsync(project, name, new(report.Import!, Purpose.Ranking, project.Settings.Overlap, Priority: 0), rankings, cancellationToken);
        return report.With(added, await _judgments.SubmitAsync(project, rows.Select(row => (row.Line, Command(project.Id, row.Item))), errors, cancellationToken));
    }

    private static SubmitJudgment Command(ProjectId project, Judged row)
    {
        var (id, lease, annotator) = ImportedJudgments.Names(
            project, "ranking", row.Row.Judge, $"imported-ranking/1\n{project}\n{row.Row.Judge}\n{row.Id}\n{row.Order}\n{row.Row.At?.ToUnixTimeMilliseconds()}", row.Row.At);

        // The ledger turns shown positions by the lease's order; these are turned the other way, so that it says of the answers what the file says.
        var shown = ShownResponses.Of(lease, row.Order.Count);
        return new()
        {
            Id = id,
            Pair = row.Id,
            Annotator = annotator,
            Lease = lease,
            Choice = ShownChoice.Ranked,
            Ranking = row.Order.Renamed([.. Enumerable.Range(0, row.Order.Count).Select(position => shown.IndexOf(position))]),
            DecidedAt = row.Row.At,
            Input = SubmitJudgment.ImportedInput,
        };
    }

    /// <summary>A row with the ids of what it holds; the order is in canonical positions.</summary>
    private sealed record Judged(ImportedRanking Row, PromptRow Prompt, ImmutableArray<ResponseRow> Responses, PairId Id, Ranking Order)
    {
        public static Judged Of(ImportedRanking row, PromptLabels? labels)
        {
            var prompt = new PromptRow(PromptId.Of(row.Prompt), row.Prompt, labels);
            var answers = row.Answers.Select(answer => (answer.Place, Response: ResponseSource.Response(prompt.Id, answer.Answer.Source, answer.Answer.Text))).OrderBy(answer => answer.Response.ResponseId).ToArray();
            var groups = answers.Index().GroupBy(answer => answer.Item.Place).OrderBy(group => group.Key).Select(group => (IReadOnlyList<int>)[.. group.Select(answer => answer.Index)]).ToArray();
            _ = Ranking.TryOf(groups, out var order);
            return new(row, prompt, [.. answers.Select(answer => answer.Response)], PairId.OfRanking(prompt.Id, answers.Select(answer => answer.Response.ResponseId)), order);
        }
    }
}
