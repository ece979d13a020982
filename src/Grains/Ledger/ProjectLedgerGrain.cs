using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>Writes the <c>_project</c> shard. Remembers kind and key of every event, so that a repeat adds nothing.</summary>
internal sealed partial class ProjectLedgerGrain(IBlobStore store, IOptions<LedgerOptions> options, TimeProvider time, ILogger<ProjectLedgerGrain> logger)
    : Grain, IProjectLedgerGrain
{
    private readonly HashSet<(string Kind, string Key)> _known = [];
    private LedgerLog? _log;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var folder = LedgerFolder.OfProject(this.GetPrimaryKeyString());
        _log = await LedgerLog.OpenAsync(new(store, folder, options.Value, time), LedgerMark.Start, RememberAsync, cancellationToken);
        LogOpened(folder.Project, _log.Epoch, _log.LastSeq);
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_log is not null)
        {
            await _log.DisposeAsync();
        }
    }

    public async Task<LedgerPosition> AppendAsync(ImmutableArray<ProjectEvent> events, CancellationToken cancellationToken)
    {
        var log = _log!;
        try
        {
            var fresh = events.DistinctBy(recorded => (recorded.Kind, recorded.Key)).Where(recorded => !_known.Contains((recorded.Kind, recorded.Key))).ToArray();
            ProjectLedgerRules.Check(fresh);
            foreach (var recorded in fresh)
            {
                log.Enqueue(new ProjectRecorded(recorded), fresh.Length);
                _known.Add((recorded.Kind, recorded.Key));
            }

            // The wait is for repeats too: what they repeat may be in the batch that is being written.
            return Position(await log.MarkAsync());
        }
        catch (LedgerOutcomeUnknownException)
        {
            DeactivateOnIdle();
            throw;
        }
    }

    public Task<LedgerPosition> GetPositionAsync(CancellationToken cancellationToken)
    {
        var durable = _log!.Durable;
        return Task.FromResult(new LedgerPosition(durable.LastSeq, Convert.ToHexStringLower(durable.Head), LedgerTime.To(durable.LastTime)));
    }

    private static LedgerPosition Position(LedgerMark mark) => new(mark.Seq, Convert.ToHexStringLower(mark.Head), LedgerTime.To(mark.Time));

    private ValueTask RememberAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        if (entry.Event is ProjectRecorded { Event: var recorded })
        {
            _known.Add((recorded.Kind, recorded.Key));
        }

        return ValueTask.CompletedTask;
    }

    [LoggerMessage(2110, LogLevel.Information, "Project ledger of {Project} opened: epoch {Epoch}, {Seq} events")]
    private partial void LogOpened(string project, long epoch, long seq);
}
