namespace Orleans.Runtime;

/// <summary>Starts its observers stage by stage upwards and stops those that started downwards.</summary>
internal sealed class LifecycleSubject : ISiloLifecycle, IGrainLifecycle
{
    private readonly List<(int Stage, ILifecycleObserver Observer)> _observers = [];
    public int HighestCompletedStage { get; private set; } = int.MinValue;
    public int LowestStoppedStage { get; private set; } = int.MaxValue;
    public IDisposable Subscribe(string observerName, int stage, ILifecycleObserver observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        var entry = (stage, observer);
        lock (_observers)
        {
            _observers.Add(entry);
        }

        return new Subscription(() => _observers.Remove(entry));
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var stage in Stages().OrderBy(group => group.Key))
        {
            cancellationToken.ThrowIfCancellationRequested();
            HighestCompletedStage = stage.Key;
            await Task.WhenAll(stage.Select(entry => entry.Observer.OnStart(cancellationToken)));
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var stage in Stages().Where(group => group.Key <= HighestCompletedStage).OrderByDescending(group => group.Key))
        {
            await Task.WhenAll(stage.Select(entry => entry.Observer.OnStop(cancellationToken)));
            LowestStoppedStage = stage.Key;
        }
    }

    private IGrouping<int, (int Stage, ILifecycleObserver Observer)>[] Stages()
    {
        lock (_observers)
        {
            return [.. _observers.GroupBy(entry => entry.Stage)];
        }
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
