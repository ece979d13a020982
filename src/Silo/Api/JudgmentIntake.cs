using System.Diagnostics;
using System.Globalization;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Silo.Auth;
using Orleans.Dpo.Silo.Telemetry;
using Orleans.Runtime;

namespace Orleans.Dpo.Silo.Api;

/// <summary>Brings one judgment to its shard: the note is stored encrypted first, then the judgment; only a durable one is called stored.</summary>
internal sealed partial class JudgmentIntake(IGrainFactory grains, PersonText notes, TimeProvider time, ILogger<JudgmentIntake> logger)
{
    public async Task<JudgmentsApi.JudgmentResult> SubmitAsync(ProjectView project, AnnotatorId annotator, JudgmentsApi.JudgmentBody row, CancellationToken cancellationToken)
    {
        using var activity = SiloMeters.Activities.StartActivity("judgment");
        activity?.SetTag("dpo.project", project.Id.Value).SetTag("dpo.judgment", row.Id.Value).SetTag("dpo.pair", row.Pair.Value);
        var began = time.GetTimestamp();
        var result = await StoreAsync(project, annotator, row, cancellationToken);
        var status = result.Status.ToString();
        SiloMeters.Judgments.Add(1, new("status", status), new("counted", result.Counted));
        SiloMeters.JudgmentSeconds.Record(time.GetElapsedTime(began).TotalSeconds, new KeyValuePair<string, object?>("status", status));
        if (result.Status is not SubmitStatus.Stored)
        {
            activity?.SetStatus(ActivityStatusCode.Error, result.Refusal?.Code);
            LogNotStored(row.Id.Value, row.Pair.Value, result.Refusal?.Code ?? status);
        }

        return new(row.Id, result.Status, result.Counted, result.Refusal?.Code, result.Refusal?.Detail);
    }

    private async Task<SubmitResult> StoreAsync(ProjectView project, AnnotatorId annotator, JudgmentsApi.JudgmentBody row, CancellationToken cancellationToken)
    {
        var shard = PairShards.Of(row.Pair, project.Shards).ToString(CultureInfo.InvariantCulture);
        try
        {
            var note = row.Note is { Length: > 0 } text ? await notes.StoreAsync(annotator, row.Id.Value, text, cancellationToken) : null;
            return await grains.GetGrain<ILedgerShardGrain>($"{project.Id.Value}/{shard}")
                .SubmitAsync(row.ToCommand(annotator, project.Guideline, note), cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OrleansException or IOException)
        {
            LogUnknown(row.Id.Value, shard, e);
            return new(SubmitStatus.OutcomeUnknown, false, new(RefusalCodes.OutcomeUnknown, "It is not known whether it was stored; send the same id again."));
        }
    }

    [LoggerMessage(3101, LogLevel.Information, "Judgment {Judgment} of pair {Pair} was not stored: {Code}")]
    private partial void LogNotStored(string judgment, string pair, string code);

    [LoggerMessage(3102, LogLevel.Warning, "Outcome of judgment {Judgment} in shard {Shard} is unknown")]
    private partial void LogUnknown(string judgment, string shard, Exception e);
}
