using System.Collections.Immutable;
using System.Globalization;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Annotators;

internal sealed class PausesGrain(TimeProvider time) : Grain, IPausesGrain
{
    private NumberedRecords<PauseRecord> _pauses = null!;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _pauses = NumberedRecords<PauseRecord>.Of(this, ServiceProvider, GrainFactory, this.GetPrimaryKeyString(), "pauses", DeactivateOnIdle);
        await _pauses.LoadAsync(cancellationToken);
    }

    public Task<PauseRecord?> FindAsync(AnnotatorId annotator, CancellationToken cancellationToken) => Task.FromResult(Lasting(annotator)?.Pause);

    public Task<ImmutableArray<PauseRecord>> ListAsync(CancellationToken cancellationToken) => Task.FromResult(_pauses.Before(null).ToImmutableArray());

    public async Task<PauseRecord> PauseAsync(AnnotatorId annotator, string cause, string evidence, string by, CancellationToken cancellationToken)
    {
        if (Lasting(annotator) is { } lasting)
        {
            return lasting.Pause;
        }

        var number = _pauses.Last + 1;
        var pause = new PauseRecord { Annotator = annotator, Cause = cause, Evidence = evidence, By = by, Since = time.GetUtcNow() };
        var body = EventBody.Of(("pause", number), ("annotator", annotator.Value), ("cause", cause), ("evidence", evidence), ("by", by));
        return await _pauses.CommitAsync(number, pause, new ProjectEvent("annotator.paused", Key(number), body), cancellationToken);
    }

    public async Task<Outcome<PauseRecord>> ResumeAsync(AnnotatorId annotator, string by, CancellationToken cancellationToken)
    {
        if (Lasting(annotator) is not { } lasting)
        {
            return new Refusal(RefusalCodes.WrongState, $"{annotator} is not paused.");
        }

        var lifted = lasting.Pause with { Lifted = time.GetUtcNow(), LiftedBy = by };
        var body = EventBody.Of(("pause", lasting.Number), ("annotator", annotator.Value), ("by", by));
        return await _pauses.CommitAsync(lasting.Number, lifted, new ProjectEvent("annotator.resumed", Key(lasting.Number), body), cancellationToken);
    }

    private (int Number, PauseRecord Pause)? Lasting(AnnotatorId annotator)
    {
        for (var number = _pauses.Last; number >= 1; number--)
        {
            if (_pauses.Find(number) is { Lifted: null } pause && pause.Annotator == annotator)
            {
                return (number, pause);
            }
        }

        return null;
    }

    private static string Key(int number) => number.ToString(CultureInfo.InvariantCulture);
}
