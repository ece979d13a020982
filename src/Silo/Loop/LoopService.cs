using System.Collections.Concurrent;
using System.Collections.Immutable;
using Orleans.Dpo.Grains.Projects;

namespace Orleans.Dpo.Silo.Loop;

/// <summary>Ticks every project's loop once a second and does the work it asks for, a few pieces at a time. Work that fails is tried again, later each time.</summary>
public sealed partial class LoopService(IGrainFactory grains, LoopRunner runner, TimeProvider time, ILogger<LoopService> logger) : BackgroundService
{
    private const int ParallelWork = 2;
    private static readonly TimeSpan s_longestWait = TimeSpan.FromMinutes(1);
    private readonly SemaphoreSlim _slots = new(ParallelWork);
    private readonly ConcurrentDictionary<(ProjectId Project, LoopWork Work), Task> _underWay = new();
    private readonly ConcurrentDictionary<(ProjectId Project, LoopWork Work), (int Count, long At, TimeSpan Wait)> _failures = new();

    /// <inheritdoc/>
    public override void Dispose()
    {
        _slots.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await TickAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await Task.WhenAll(_underWay.Values);
        }
    }

    private async Task TickAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var project in await grains.GetGrain<IProjectsGrain>("_").ListAsync(cancellationToken))
            {
                await AdvanceAsync(project, cancellationToken);
            }
        }
        catch (Exception problem) when (!cancellationToken.IsCancellationRequested)
        {
            LogListFailed(problem);
        }
    }

    private async Task AdvanceAsync(ProjectId project, CancellationToken cancellationToken)
    {
        ImmutableArray<LoopWork> wanted;
        try
        {
            wanted = await grains.GetGrain<IProjectGrain>(project.Value).AdvanceAsync(cancellationToken);
        }
        catch (Exception problem) when (!cancellationToken.IsCancellationRequested)
        {
            LogAdvanceFailed(problem, project);
            return;
        }

        foreach (var work in wanted)
        {
            var key = (project, work);
            var waits = _failures.TryGetValue(key, out var failure) && time.GetElapsedTime(failure.At) < failure.Wait;
            if (!waits && !_underWay.ContainsKey(key))
            {
                var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _underWay[key] = RunAsync(key, started.Task, cancellationToken);
                started.SetResult();
            }
        }
    }

    /// <summary>Owned by <see cref="_underWay"/>: never throws, and removes itself.</summary>
    private async Task RunAsync((ProjectId Project, LoopWork Work) key, Task registered, CancellationToken cancellationToken)
    {
        await registered;
        try
        {
            await _slots.WaitAsync(cancellationToken);
            try
            {
                await runner.RunAsync(key.Project, key.Work, cancellationToken);
                _failures.TryRemove(key, out _);
            }
            finally
            {
                _slots.Release();
            }
        }
        catch (Exception stopped) when (cancellationToken.IsCancellationRequested)
        {
            LogStopped(stopped.GetType().Name, key.Work.Kind, key.Work.Name, key.Project);
        }
        catch (Exception problem)
        {
            var count = _failures.TryGetValue(key, out var before) ? before.Count + 1 : 1;
            var wait = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, count - 1), s_longestWait.TotalSeconds));
            _failures[key] = (count, time.GetTimestamp(), wait);
            LogWorkFailed(problem, key.Work.Kind, key.Work.Name, key.Project, count, wait.TotalSeconds);
        }
        finally
        {
            _underWay.TryRemove(key, out _);
        }
    }
}
