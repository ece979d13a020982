using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Prompts;
using Orleans.Dpo.Grains.Storage;
using Orleans.Dpo.Silo.Imports.Formats;

namespace Orleans.Dpo.Silo.Imports;

/// <summary>Brings pairs with verdicts in from other tools' files. Every id is a hash of the content, so the same file again changes nothing.</summary>
internal sealed class PreferenceImport(IBlobStore store, IGrainFactory grains)
{
    private readonly PromptImport _prompts = new(store, grains);
    private readonly PairSegmentWriter _writer = new(store, grains);
    private readonly ImportedJudgments _judgments = new(grains);

    /// <summary>Reads all rows and stores nothing.</summary>
    /// <returns>How many there are.</returns>
    public Task<int> CheckAsync(ProjectView project, IPreferenceFormat format, ImportFields fields, IAsyncEnumerable<SourceRow> rows, ImportErrors errors, CancellationToken cancellationToken) =>
        new LabelledPrompts(grains, project.Id).CheckAsync(rows, source => Read(format, fields, source), row => row.Prompt, errors, cancellationToken);

    /// <summary>Stores what can be read and reports the rest.</summary>
    public async Task<ImportReport> RunAsync(
        ProjectView project, IPreferenceFormat format, ImportFields fields, IAsyncEnumerable<SourceRow> rows, string idempotencyKey, ImportErrors errors, CancellationToken cancellationToken)
    {
        var report = ImportReport.Begun(await grains.GetGrain<IProjectGrain>(project.Id.Value).ReserveImportAsync(idempotencyKey, cancellationToken));
        await foreach (var segment in ImportSegments.ReadAsync(rows, source => Read(format, fields, source), errors, cancellationToken))
        {
            report = await AddAsync(project, format, report with { Rows = report.Rows + segment.Rows }, segment.Items, errors, cancellationToken);
        }

        return report with { Wrong = errors.Count, Errors = errors.First };
    }

    internal static Comparison[] Read(IPreferenceFormat format, ImportFields fields, SourceRow source)
    {
        // The other formats have members of their own with these names.
        var labels = format.Name is "trl" or "ranking" ? Labels(source) : null;
        var rows = format.ReadAll(new(source.Row, source.Line), fields).Select(row => labels is null ? row : row with { Labels = labels }).ToArray();
        return rows.Any(row => row.First.Text == row.Second.Text) ? throw new ImportRowException(source.Line, "", "two answers are the same text; there is nothing to compare.")
            : rows.SelectMany(row => new[] { row.First.Source, row.Second.Source }).FirstOrDefault(name => !ResponseSource.IsName(name)) is { } bad
                ? throw new ImportRowException(source.Line, "", $"'{bad}' cannot name a source: it {ResponseSource.Rule}")
                : [.. rows.Select(Comparison.Of)];
    }

    internal static PromptLabels? Labels(SourceRow source)
    {
        var labels = PromptLabels.FromJson(source.Row, out var wrong);
        return wrong is { } label ? throw new ImportRowException(source.Line, label.Field, label.Message + ".") : labels;
    }

    private async Task<ImportReport> AddAsync(
        ProjectView project, IPreferenceFormat format, ImportReport report, List<(int Line, Comparison Row)> read, ImportErrors errors, CancellationToken cancellationToken)
    {
        var (_, rows) = await _prompts.AddAsync(project.Id, read, row => row.Prompt, errors, cancellationToken);
        if (rows.Count is 0)
        {
            return report;
        }

        var votes = rows.GroupBy(row => row.Item.Id).ToDictionary(same => same.Key, same => same.SelectMany(row => row.Item.Row.Verdicts.Select(verdict => verdict.Judge)).Distinct(StringComparer.Ordinal).Count());
        var pairs = rows.Select(row => new NewPair(row.Prompt, row.Item.First, row.Item.Second) { Strategy = "import", Overlap = votes[row.Item.Id] > 0 ? Math.Min(100, votes[row.Item.Id]) : null }).ToList();
        var name = $"{report.Import}-{ContentHash.Hex(string.Join('\n', rows.Select(row => $"{row.Item.Id} {votes[row.Item.Id]}").Prepend($"{project.Settings.Overlap} {project.Settings.Assignment.MinOverlap}")))[..16]}";
        var (_, added) = await _writer.WriteAsync(project, name, new(report.Import!, Purpose.Vote, project.Settings.Overlap, Priority: 0), pairs, cancellationToken);
        var commands = rows.SelectMany(row => row.Item.Row.Verdicts.Select(verdict => (row.Line, Command(project.Id, format, row.Item, verdict))));
        return report.With(added, await _judgments.SubmitAsync(project, commands, errors, cancellationToken));
    }

    private static SubmitJudgment Command(ProjectId project, IPreferenceFormat format, Comparison row, ImportedVerdict verdict)
    {
        var (id, lease, annotator) = ImportedJudgments.Names(
            project, format.Name, verdict.Judge,
            $"imported-judgment/1\n{project}\n{format.Name}\n{verdict.Judge}\n{row.Id}\n{row.First.ResponseId}\n{verdict.Side}\n{verdict.Strength}\n{verdict.At?.ToUnixTimeMilliseconds()}", verdict.At);
        // The ledger keeps the shown order that belongs to the lease; the verdict is turned to it, so that it says of A and B what the file says.
        var firstIsLeft = row.FirstIsA == (lease.Order is ShownOrder.Ab);
        return new()
        {
            Id = id,
            Pair = row.Id,
            Annotator = annotator,
            Lease = lease,
            Choice = verdict.Side switch
            {
                ImportedSide.First => firstIsLeft ? ShownChoice.Left : ShownChoice.Right,
                ImportedSide.Second => firstIsLeft ? ShownChoice.Right : ShownChoice.Left,
                ImportedSide.Tie => ShownChoice.Tie,
                _ => ShownChoice.BothBad,
            },
            Strength = verdict.Strength,
            ActiveMilliseconds = Math.Max(0, verdict.Milliseconds),
            DecidedAt = verdict.At,
            Input = SubmitJudgment.ImportedInput,
        };
    }

    /// <summary>A row with the ids of what it holds.</summary>
    internal sealed record Comparison(ImportedRow Row, PromptRow Prompt, ResponseRow First, ResponseRow Second)
    {
        public bool FirstIsA => First.ResponseId.CompareTo(Second.ResponseId) <= 0;

        public PairId Id => FirstIsA ? PairId.Of(Prompt.Id, First.ResponseId, Second.ResponseId) : PairId.Of(Prompt.Id, Second.ResponseId, First.ResponseId);

        public static Comparison Of(ImportedRow row)
        {
            var prompt = new PromptRow(PromptId.Of(row.Prompt), row.Prompt, row.Labels);
            return new(row, prompt, ResponseSource.Response(prompt.Id, row.First.Source, row.First.Text), ResponseSource.Response(prompt.Id, row.Second.Source, row.Second.Text));
        }
    }
}
