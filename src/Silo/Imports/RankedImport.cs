using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
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

    /// <summary>Reads all rows and stores nothing.</summary>
    /// <returns>How many there are.</returns>
    public static async Task<int> CheckAsync(IAsyncEnumerable<SourceRow> rows, ImportErrors errors, CancellationToken cancellationToken)
    {
        var count = 0;
        await foreach (var source in rows.WithCancellation(cancellationToken))
        {
            count++;
            Read(source, errors);
        }

        return count;
    }

    /// <summary>Stores what can be read and reports the rest.</summary>
    public async Task<ImportReport> RunAsync(ProjectView project, IAsyncEnumerable<SourceRow> rows, string idempotencyKey, ImportErrors errors, CancellationToken cancellationToken)
    {
        var import = await grains.GetGrain<IProjectGrain>(project.Id.Value).ReserveImportAsync(idempotencyKey, cancellationToken);
        var report = new ImportReport(import, true, 0, 0, 0, 0, 0, []);
        var (segment, bytes) = (new List<Judged>(), 0L);
        await foreach (var source in rows.WithCancellation(cancellationToken))
        {
            report = report with { Rows = report.Rows + 1 };
            bytes += source.Bytes;
            if (Read(source, errors) is { } row)
            {
                segment.Add(row);
            }

            if (segment.Count >= PromptImport.SegmentRows || bytes >= PromptImport.SegmentBytes)
            {
                bytes = 0;
                report = await AddAsync(project, report, segment, errors, cancellationToken);
                segment.Clear();
            }
        }

        report = await AddAsync(project, report, segment, errors, cancellationToken);
        return report with { Wrong = errors.Count, Errors = errors.First };
    }

    private static Judged? Read(SourceRow source, ImportErrors errors)
    {
        try
        {
            var row = ImportRowException.Read(source, static row => RankingFormat.ReadWhole(new(row.Row, row.Line)));
            var labels = PreferenceImport.Labels(source);
            return row.Answers.DistinctBy(answer => answer.Answer.Text).Count() < row.Answers.Length ? throw new ImportRowException(source.Line, "", "two answers are the same text; there is nothing to compare.")
                : row.Answers.FirstOrDefault(answer => PreferenceImport.IsNoSource(answer.Answer.Source)).Answer is { } bad
                    ? throw new ImportRowException(source.Line, "", $"'{bad.Source}' cannot name a source: it has at most 100 characters, no control characters, and is not the name of a policy such as p3.")
                    : Judged.Of(source.Line, row, labels);
        }
        catch (ImportRowException wrong)
        {
            errors.Add(wrong);
            return null;
        }
    }

    private async Task<ImportReport> AddAsync(ProjectView project, ImportReport report, List<Judged> read, ImportErrors errors, CancellationToken cancellationToken)
    {
        if (read.Count is 0)
        {
            return report;
        }

        var (_, known) = await _prompts.AddAsync(project.Id, [.. read.Select(row => row.Prompt)], cancellationToken);
        var right = read.Zip(known).ToLookup(item => !LabelledPrompts.Contradicts(item.First.Prompt, item.Second));
        foreach (var (row, entry) in right[false])
        {
            errors.Add(LabelledPrompts.Wrong(row.Line, entry));
        }

        Judged[] rows = [.. right[true].Select(item => item.First)];
        if (rows.Length is 0)
        {
            return report;
        }

        var judges = rows.GroupBy(row => row.Id).ToDictionary(same => same.Key, same => Math.Min(100, same.Select(row => row.Row.Judge).Distinct(StringComparer.Ordinal).Count()));
        var rankings = right[true].Select(item => new NewRanking(item.Second, item.First.Responses) { Overlap = judges[item.First.Id] }).ToList();
        var name = $"{report.Import}-{ContentHash.Hex(string.Join('\n', rows.Select(row => $"{row.Id} {judges[row.Id]}")))[..16]}";
        var (_, added) = await _writer.WriteAsync(project, name, new(report.Import!, Purpose.Ranking, project.Settings.Overlap, Priority: 0), rankings, cancellationToken);
        var (judgments, counted) = (0, 0);
        foreach (var batch in rows.Chunk(512))
        {
            var results = await Task.WhenAll(batch.Select(row => PreferenceImport.SubmitAsync(grains, project, Command(project.Id, row), cancellationToken)));
            for (var i = 0; i < batch.Length; i++)
            {
                if (results[i].Refusal is { } refusal)
                {
                    errors.Add(batch[i].Line, null, refusal.Detail);
                }

                judgments += results[i].Status is SubmitStatus.Stored ? 1 : 0;
                counted += results[i].Counted ? 1 : 0;
            }
        }

        return report with { PairsAdded = report.PairsAdded + added, Judgments = report.Judgments + judgments, Counted = report.Counted + counted };
    }

    private static SubmitJudgment Command(ProjectId project, Judged row)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"imported-ranking/1\n{project}\n{row.Row.Judge}\n{row.Id}\n{row.Order}\n{row.Row.At?.ToUnixTimeMilliseconds()}"));
        var at = row.Row.At is { } time && time > DateTimeOffset.UnixEpoch ? time : DateTimeOffset.UnixEpoch;
        var lease = new LeaseId("le_" + Ulid.From(at, hash.AsSpan(10, 10)));

        // The ledger turns shown positions by the lease's order; these are turned the other way, so that it says of the answers what the file says.
        var shown = ShownResponses.Of(lease, row.Order.Count);
        return new()
        {
            Id = new(Ulid.From(at, hash.AsSpan(0, 10))),
            Pair = row.Id,
            Annotator = new("an_" + ContentHash.Hex($"imported-judge/1\n{project}\nranking\n{row.Row.Judge}")[..32]),
            Lease = lease,
            Choice = ShownChoice.Ranked,
            Ranking = row.Order.Renamed([.. Enumerable.Range(0, row.Order.Count).Select(position => shown.IndexOf(position))]),
            DecidedAt = row.Row.At,
            Input = SubmitJudgment.ImportedInput,
        };
    }

    /// <summary>A row with the ids of what it holds; the order is in canonical positions.</summary>
    private sealed record Judged(int Line, ImportedRanking Row, PromptRow Prompt, ImmutableArray<ResponseRow> Responses, PairId Id, Ranking Order)
    {
        public static Judged Of(int line, ImportedRanking row, PromptLabels? labels)
        {
            var prompt = new PromptRow(PromptId.Of(row.Prompt), row.Prompt, labels);
            var answers = row.Answers.Select(answer => (answer.Place, Response: new ResponseRow
            {
                ResponseId = ResponseId.Of(prompt.Id, answer.Answer.Source, answer.Answer.Text), PromptId = prompt.Id, Source = answer.Answer.Source, Text = answer.Answer.Text,
            })).OrderBy(answer => answer.Response.ResponseId).ToArray();
            var groups = answers.Index().GroupBy(answer => answer.Item.Place).OrderBy(group => group.Key).Select(group => (IReadOnlyList<int>)[.. group.Select(answer => answer.Index)]).ToArray();
            _ = Ranking.TryOf(groups, out var order);
            return new(line, row, prompt, [.. answers.Select(answer => answer.Response)], PairId.OfRanking(prompt.Id, answers.Select(answer => answer.Response.ResponseId)), order);
        }
    }
}
