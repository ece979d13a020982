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
internal sealed partial class JudgmentIntake(IGrainFactory grains, PersonText notes, BlindKeys blinds, AnnotatorKinds kinds, TimeProvider time, ILogger<JudgmentIntake> logger)
{
    /// <param name="project">The project.</param>
    /// <param name="caller">Who judges; acts for a person.</param>
    /// <param name="row">The judgment.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    public async Task<JudgmentsApi.JudgmentResult> SubmitAsync(ProjectView project, Caller caller, JudgmentsApi.JudgmentBody row, CancellationToken cancellationToken)
    {
        using var activity = SiloMeters.Activities.StartActivity("judgment");
        activity?.SetTag("dpo.project", project.Id.Value).SetTag("dpo.judgment", row.Id.Value);
        var began = time.GetTimestamp();
        var of = await OpenAsync(project.Id, caller, row, cancellationToken);
        var result = of is { } known
            ? await StoreAsync(project, caller.Person!.Value, known, row, cancellationToken)
            : new(SubmitStatus.Refused, false, new(RefusalCodes.UnknownLease, "This lease was never given to this annotator."));
        var status = result.Status.ToString();
        SiloMeters.Judgments.Add(1, new("status", status), new("counted", result.Counted));
        SiloMeters.JudgmentSeconds.Record(time.GetElapsedTime(began).TotalSeconds, new KeyValuePair<string, object?>("status", status));
        if (result.Status is not SubmitStatus.Stored)
        {
            activity?.SetStatus(ActivityStatusCode.Error, result.Refusal?.Code);
            LogNotStored(row.Id.Value, of?.Pair.Value ?? "unknown", result.Refusal?.Code ?? status);
        }

        // The shard's words name true ids; the annotator hears the names that were sent.
        var detail = result.Refusal?.Detail is { } words && of is { } said
            ? words.Replace(said.Pair.Value, row.Pair, StringComparison.Ordinal).Replace(said.Lease.Value, row.Lease, StringComparison.Ordinal)
            : result.Refusal?.Detail;
        return new(row.Id, result.Status, result.Counted, result.Refusal?.Code, detail);
    }

    private async ValueTask<(LeaseId Lease, PairId Pair)?> OpenAsync(ProjectId project, Caller caller, JudgmentsApi.JudgmentBody row, CancellationToken cancellationToken)
    {
        if (BlindKey.IsPair(row.Pair))
        {
            return (await blinds.OfAsync(project, cancellationToken)).Open(caller.Person!.Value, row.Lease, row.Pair);
        }

        // Whoever only annotates gets the same answer for every true id, so that none can be tried.
        return caller.MaySeeIds && LeaseId.TryParse(row.Lease, out var lease) && PairId.TryParse(row.Pair, out var pair) ? (lease, pair) : null;
    }

    private async Task<SubmitResult> StoreAsync(
        ProjectView project, AnnotatorId annotator, (LeaseId Lease, PairId Pair) of, JudgmentsApi.JudgmentBody row, CancellationToken cancellationToken)
    {
        if (VerdictRules.Check(project.Settings, row.Chosen, row.Ratings, row.Reasons) is { } bad)
        {
            return new(SubmitStatus.Refused, false, bad);
        }

        Ranking? ranking = null;
        if (row.Ranking is { } groups)
        {
            if (groups.Any(group => group.IsDefault) || !Ranking.TryOf([.. groups.Select(group => (IReadOnlyList<int>)group)], out var read))
            {
                return new(SubmitStatus.Refused, false, new(RefusalCodes.BadVerdict, "A ranking names each response of its lease exactly once, by its index from 0, in groups of one and more."));
            }

            ranking = read;
        }

        var shard = PairShards.Of(of.Pair, project.Shards).ToString(CultureInfo.InvariantCulture);
        try
        {
            var note = row.Note is { Length: > 0 } text ? await notes.StoreAsync(annotator, row.Id.Value, text, cancellationToken) : null;
            var kind = await kinds.IsModelAsync(annotator, cancellationToken) ? AnnotatorKinds.Model : null;
            return await grains.GetGrain<ILedgerShardGrain>($"{project.Id.Value}/{shard}")
                .SubmitAsync(row.ToCommand(of, annotator, project.Guideline, note, ranking) with { AnnotatorKind = kind }, cancellationToken);
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
