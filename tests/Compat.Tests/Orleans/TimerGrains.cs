using System.Globalization;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Orleans.Dpo.Compat.Tests.Orleans;

internal interface ITimerGrain : IGrainWithStringKey
{
    Task StartAsync(string what, TimeSpan due, TimeSpan period, bool interleave, bool keepAlive);

    Task HoldAsync(string gate);

    [AlwaysInterleave]
    Task PeekAsync();

    Task StopAsync();

    Task EndAsync();
}

internal sealed class TimerGrain : Grain, ITimerGrain
{
    private IGrainTimer? _timer;
    private int _ticks;
    private bool _ticking;

    private Journal Journal => Journal.Of(this.GetPrimaryKeyString());

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Journal.Add($"deactivate {reason.ReasonCode}");
        return Task.CompletedTask;
    }

    public Task StartAsync(string what, TimeSpan due, TimeSpan period, bool interleave, bool keepAlive)
    {
        _timer = this.RegisterGrainTimer(TickAsync, what, new GrainTimerCreationOptions { DueTime = due, Period = period, Interleave = interleave, KeepAlive = keepAlive });
        return Task.CompletedTask;
    }

    public async Task HoldAsync(string gate)
    {
        Journal.Add($"in {gate}");
        await Journal.Gate(gate);
        Journal.Add($"out {gate}");
    }

    public Task PeekAsync()
    {
        Journal.Add("peek");
        return Task.CompletedTask;
    }

    public Task StopAsync()
    {
        _timer!.Dispose();
        return Task.CompletedTask;
    }

    public Task EndAsync()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    private async Task TickAsync(string what, CancellationToken cancellationToken)
    {
        Journal.Add(_ticking ? "overlap" : $"tick {++_ticks}");
        if (TaskScheduler.Current == TaskScheduler.Default)
        {
            Journal.Add("off the scheduler");
        }

        _ticking = true;
        await Journal.Gate(string.Create(CultureInfo.InvariantCulture, $"tick {_ticks}"));
        _ticking = false;
        Journal.Add($"tock {_ticks}");
        if (what is "throw")
        {
            throw new InvalidOperationException("a tick may fail");
        }

        if (what is "change")
        {
            _timer!.Change(TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(10));
        }
    }
}
