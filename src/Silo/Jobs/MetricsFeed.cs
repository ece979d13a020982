using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;

namespace Orleans.Dpo.Silo.Jobs;

/// <summary>Hands metrics of running jobs to whoever watches now. Nothing is kept: the blob has all lines, and a slow watcher loses old ones first.</summary>
internal sealed class MetricsFeed
{
    private const int Kept = 1000;
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<Subscription, byte>> _projects = new(StringComparer.Ordinal);

    /// <summary>Follows one project until disposed.</summary>
    public Subscription Subscribe(string project)
    {
        var subscription = new Subscription(this, project);
        _projects.GetOrAdd(project, static _ => new())[subscription] = 0;
        return subscription;
    }

    /// <summary>Sends lines to all who follow the project.</summary>
    public void Publish(string project, IEnumerable<JsonElement> lines)
    {
        if (!_projects.TryGetValue(project, out var followers))
        {
            return;
        }

        foreach (var line in lines)
        {
            foreach (var follower in followers.Keys)
            {
                follower.Lines.Writer.TryWrite(line);
            }
        }
    }

    private void Remove(Subscription subscription)
    {
        if (_projects.TryGetValue(subscription.Project, out var followers))
        {
            followers.TryRemove(subscription, out _);
        }
    }

    /// <summary>One watcher.</summary>
    public sealed class Subscription : IDisposable
    {
        private readonly MetricsFeed _feed;

        internal Subscription(MetricsFeed feed, string project) => (_feed, Project) = (feed, project);

        internal string Project { get; }

        internal Channel<JsonElement> Lines { get; } = Channel.CreateBounded<JsonElement>(new BoundedChannelOptions(Kept) { FullMode = BoundedChannelFullMode.DropOldest });

        /// <summary>Lines that came, at once when there are some; an empty list after <paramref name="patience"/>.</summary>
        public async Task<IReadOnlyList<JsonElement>> NextAsync(TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var some = Lines.Reader.WaitToReadAsync(limit.Token).AsTask();
            await Task.WhenAny(some, Task.Delay(patience, time, limit.Token));
            await limit.CancelAsync();
            var lines = new List<JsonElement>();
            while (Lines.Reader.TryRead(out var line))
            {
                lines.Add(line);
            }

            return lines;
        }

        /// <inheritdoc/>
        public void Dispose() => _feed.Remove(this);
    }
}
