using Orleans.Dpo.Grains.Agreement;

namespace Orleans.Dpo.Silo.Agreement;

/// <summary>What was computed of a project, so that looking often costs nothing. Intervals are computed on demand and kept for a while; their age is shown.</summary>
internal sealed class QualityCache(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan s_intervals = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_battles = TimeSpan.FromSeconds(5);
    private readonly SemaphoreSlim _turn = new(1);
    private ProjectQuality? _quality;
    private ProjectQuality? _withIntervals;
    private PolicyBattles? _battles;
    private (long Events, int Fits) _of = (-1, 0);

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    public async Task<ProjectQuality> ReadAsync(AgreementTracker tracker, bool intervals, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var now = time.GetUtcNow();
            var old = _withIntervals?.IntervalsAsOf is not { } at || (now - at).Duration() > s_intervals;
            var of = tracker.Ask(model => (model.Events, model.Fits));
            if (_quality is null || of != _of || (intervals && old))
            {
                var taken = tracker.Ask(model => model.Copy(tracker.Settings));
                var wanted = intervals && old;
                _quality = await Task.Run(() => QualityAnalysis.Of(taken, wanted ? now : null), cancellationToken);
                _of = of;
                _withIntervals = wanted ? _quality : _withIntervals;
            }

            return intervals && _withIntervals is { } known
                ? _quality with { AlphaNominal = known.AlphaNominal, AlphaOrdinal = known.AlphaOrdinal, IntervalsAsOf = known.IntervalsAsOf }
                : _quality;
        }
        finally
        {
            _turn.Release();
        }
    }

    public async Task<PolicyBattles> BattlesAsync(AgreementTracker tracker, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var now = time.GetUtcNow();
            if (_battles is null || (now - _battles.AsOf).Duration() > s_battles)
            {
                var (policies, battles) = tracker.Ask(model => model.Battles());
                _battles = await Task.Run(() => QualityAnalysis.Strengths(policies, battles, now), cancellationToken);
            }

            return _battles;
        }
        finally
        {
            _turn.Release();
        }
    }
}
