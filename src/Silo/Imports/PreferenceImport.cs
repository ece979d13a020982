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

/// <summary>Brings pairs with verdicts in from other tools' files. Every id is a hash of the content, so the same file again changes nothing.</summary>
internal sealed class PreferenceImport(IBlobStore store, IGrainFactory grains)
{
    private readonly PromptImport _prompts = new(store, grains);
    private readonly PairSegmentWriter _writer = new(store, grains);

    /// <summary>Reads all rows and stores nothing.</summary>
    public static async Task<int> CheckAsync(IPreferenceFormat format, ImportFields fields, IAsyncEnumerable<SourceRow> rows, ImportErrors errors, CancellationToken cancellationToken)
    {
        var count = 0;
        await foreach (var source in rows.WithCancellation(cancellationToken))
        {
            count++;
            Read(format, fields, source, errors);
        }

        return count;
    }

    /// <summary>Stores what can be read and reports the rest.</summary>
    public async Task<ImportReport> RunAsync(
        ProjectView project, IPreferenceFormat format, ImportFields fields, IAsyncEnumerable<SourceRow> rows, string idempotencyKey, ImportErrors errors, CancellationToken cancellationToken)
    {
        var import = await grains.GetGrain<IProjectGrain>(project.Id.Value).ReserveImportAsync(idempotencyKey, cancellationToken);
        var report = new ImportReport(import, true, 0, 0, 0, 0, 0, []);
        var (segment, bytes) = (new List<Comparison>(), 0L);
        await foreach (var source in rows.WithCancellation(cancellationToken))
        {
            report = report with { Rows = report.Rows + 1 };
            segment.AddRange(Read(format, fields, source, errors).Select(row => Comparison.Of(source.Line, row)));
            bytes += source.Bytes;
            if (segment.Count >= PromptImport.SegmentRows || bytes >= PromptImport.SegmentBytes)
            {
                bytes = 0;
                report = await AddAsync(project, format, report, segment, errors, cancellationToken);
                segment.Clear();
            }
        }

        report = await AddAsync(project, format, report, segment, errors, cancellationToken);
        return report with { Wrong = errors.Count, Errors = errors.First };
    }

    private static ImmutableArray<ImportedRow> Read(IPreferenceFormat format, ImportFields fields, SourceRow source, ImportErrors errors)
    {
        try
        {
            var rows = ImportRowException.Read(source, row => format.ReadAll(new(row.Row, row.Line), fields));
            if (format.Name is "trl" or "ranking")
            {
                // The other formats have members of their own with these names.
                var labels = Labels(source);
                rows = [.. rows.Select(row => row with { Labels = labels })];
            }

            return rows.Any(row => row.First.Text == row.Second.Text) ? throw new ImportRowException(source.Line, "", "two answers are the same text; there is nothing to compare.")
                : rows.SelectMany(row => new[] { row.First.Source, row.Second.Source }).FirstOrDefault(IsNoSource) is { } bad
                    ? throw new ImportRowException(source.Line, "", $"'{bad}' cannot name a source: it has at most 100 characters, no control characters, and is not the name of a policy such as p3.")
                    : rows;
        }
        catch (ImportRowException wrong)
        {
            errors.Add(wrong);
            return [];
        }
    }

    internal static PromptLabels? Labels(SourceRow source)
    {
        var labels = PromptLabels.FromJson(source.Row, out var wrong);
        return wrong is { } label ? throw new ImportRowException(source.Line, label.Field, label.Message + ".") : labels;
    }

    internal static bool IsNoSource(string source) => source.Length > 100 || source.Any(char.IsControl) || NumberedName.TryParse('p', source, out _);

    private async Task<ImportReport> AddAsync(
        ProjectView project, IPreferenceFormat format, ImportReport report, List<Comparison> rows, ImportErrors errors, CancellationToken cancellationToken)
    {
        if (rows.Count is 0)
        {
            return report;
        }

        var (_, known) = await _prompts.AddAsync(project.Id, [.. rows.Select(row => row.Prompt)], cancellationToken);
        foreach (var wrong in rows.Zip(known).Where(item => LabelledPrompts.Contradicts(item.First.Prompt, item.Second)).DistinctBy(item => item.First.Line))
        {
            errors.Add(LabelledPrompts.Wrong(wrong.First.Line, wrong.Second));
        }

        var entries = known.Where((entry, i) => !LabelledPrompts.Contradicts(rows[i].Prompt, entry)).ToImmutableArray();
        rows = [.. rows.Where((row, i) => !LabelledPrompts.Contradicts(row.Prompt, known[i]))];
        if (rows.Count is 0)
        {
            return report;
        }

        var votes = rows.GroupBy(row => row.Id).ToDictionary(same => same.Key, same => same.SelectMany(row => row.Row.Verdicts.Select(verdict => verdict.Judge)).Distinct(StringComparer.Ordinal).Count());
        var pairs = rows.Select((row, i) => new NewPair(entries[i], row.First, row.Second) { Strategy = "import", Overlap = votes[row.Id] > 0 ? Math.Min(100, votes[row.Id]) : null }).ToList();
        var name = $"{report.Import}-{ContentHash.Hex(string.Join('\n', rows.Select(row => $"{row.Id} {votes[row.Id]}").Prepend($"{project.Settings.Overlap} {project.Settings.Assignment.MinOverlap}")))[..16]}";
        var (_, added) = await _writer.WriteAsync(project, name, new(report.Import!, Purpose.Vote, project.Settings.Overlap, Priority: 0), pairs, cancellationToken);
        var (judgments, counted) = (0, 0);
        var commands = rows.SelectMany(row => row.Row.Verdicts.Select(verdict => (row.Line, Command: Command(project.Id, format, row, verdict))));
        foreach (var batch in commands.Chunk(512))
        {
            var results = await Task.WhenAll(batch.Select(item => SubmitAsync(grains, project, item.Command, cancellationToken)));
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

    internal static async Task<SubmitResult> SubmitAsync(IGrainFactory grains, ProjectView project, SubmitJudgment command, CancellationToken cancellationToken)
    {
        var shard = grains.GetGrain<ILedgerShardGrain>($"{project.Id}/{PairShards.Of(command.Pair, project.Shards)}");
        var result = await shard.SubmitAsync(command, cancellationToken);
        // Safe to send again: the id is the content's.
        result = result.Status is SubmitStatus.OutcomeUnknown ? await shard.SubmitAsync(command, cancellationToken) : result;
        return result.Status is SubmitStatus.OutcomeUnknown ? throw new TimeoutException("The ledger did not say whether an imported judgment was stored.") : result;
    }

    private static SubmitJudgment Command(ProjectId project, IPreferenceFormat format, Comparison row, ImportedVerdict verdict)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(
            $"imported-judgment/1\n{project}\n{format.Name}\n{verdict.Judge}\n{row.Id}\n{row.First.ResponseId}\n{verdict.Side}\n{verdict.Strength}\n{verdict.At?.ToUnixTimeMilliseconds()}"));
        var at = verdict.At is { } time && time > DateTimeOffset.UnixEpoch ? time : DateTimeOffset.UnixEpoch;
        var lease = new LeaseId("le_" + Ulid.From(at, hash.AsSpan(10, 10)));
        // The ledger keeps the shown order that belongs to the lease; the verdict is turned to it, so that it says of A and B what the file says.
        var firstIsLeft = row.FirstIsA == (lease.Order is ShownOrder.Ab);
        return new()
        {
            Id = new(Ulid.From(at, hash.AsSpan(0, 10))),
            Pair = row.Id,
            Annotator = new("an_" + ContentHash.Hex($"imported-judge/1\n{project}\n{format.Name}\n{verdict.Judge}")[..32]),
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
    private sealed record Comparison(int Line, ImportedRow Row, PromptRow Prompt, ResponseRow First, ResponseRow Second)
    {
        public bool FirstIsA => First.ResponseId.CompareTo(Second.ResponseId) <= 0;

        public PairId Id => FirstIsA ? PairId.Of(Prompt.Id, First.ResponseId, Second.ResponseId) : PairId.Of(Prompt.Id, Second.ResponseId, First.ResponseId);

        public static Comparison Of(int line, ImportedRow row)
        {
            var prompt = new PromptRow(PromptId.Of(row.Prompt), row.Prompt, row.Labels);
            return new(line, row, prompt, Response(prompt.Id, row.First), Response(prompt.Id, row.Second));
        }

        private static ResponseRow Response(PromptId prompt, ImportedResponse response) =>
            new() { ResponseId = ResponseId.Of(prompt, response.Source, response.Text), PromptId = prompt, Source = response.Source, Text = response.Text };
    }
}
