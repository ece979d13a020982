using System.Collections.Concurrent;

namespace Orleans.Dpo.Compat.Tests.Orleans;

/// <summary>What grains did, by grain key, and gates that hold them. Keys are unique per test, so tests do not meet.</summary>
internal sealed class Journal
{
    private static readonly ConcurrentDictionary<string, Journal> s_journals = new();
    private readonly List<string> _entries = [];
    private readonly List<(Func<List<string>, bool> Condition, TaskCompletionSource Source)> _waiters = [];
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _gates = new();

    public string[] Entries
    {
        get
        {
            lock (_entries)
            {
                return [.. _entries];
            }
        }
    }

    public static Journal Of(string key) => s_journals.GetOrAdd(key, _ => new());

    public static string NewKey(string prefix) => $"{prefix}-{Guid.NewGuid():N}";

    public void Add(string entry)
    {
        lock (_entries)
        {
            _entries.Add(entry);
            _waiters.RemoveAll(waiter => waiter.Condition(_entries) && waiter.Source.TrySetResult());
        }
    }

    public Task Contains(string entry, int times = 1) => When(entries => entries.Count(e => e == entry) >= times);

    public Task Gate(string name) => _gates.GetOrAdd(name, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Open(string name) => _gates.GetOrAdd(name, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    private Task When(Func<List<string>, bool> condition)
    {
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_entries)
        {
            if (condition(_entries))
            {
                source.SetResult();
            }
            else
            {
                _waiters.Add((condition, source));
            }
        }

        return source.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }
}
