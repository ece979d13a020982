using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Orleans.Dpo.Silo.Agreement;

/// <summary>One thread for work beside the requests, which have the processor first: on Linux it is niced, elsewhere of low priority. What is awaited in its work goes on here too.</summary>
internal sealed partial class QuietThread : TaskScheduler, IDisposable
{
    // Nice values. While requests take all cores, statistics get a thirtieth of one and fall behind; they read the ledger itself, so nothing piles up meanwhile.
    private const int FollowingNice = 15;
    private const int FittingNice = 19;
    private readonly BlockingCollection<Task> _queue = [];
    private readonly Thread _thread;

    public QuietThread(string name)
    {
        _thread = new Thread(Work) { IsBackground = true, Name = name, Priority = ThreadPriority.BelowNormal };
        _thread.Start();
    }

    /// <inheritdoc/>
    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Runs work and everything it awaits on this thread.</summary>
    public Task RunAsync(Func<Task> work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, this).Unwrap();

    /// <summary>Runs long work on a thread of its own that takes what others leave.</summary>
    public static Task RunLongAsync(Action work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            Yield(FittingNice);
            try
            {
                work();
                done.SetResult();
            }
            catch (Exception problem)
            {
                done.SetException(problem);
            }
        }) { IsBackground = true, Name = "fit", Priority = ThreadPriority.Lowest }.Start();
        return done.Task;
    }

    /// <summary>Ends the thread when what is queued is done; later work falls to the pool.</summary>
    public void Dispose() => _queue.CompleteAdding();

    /// <inheritdoc/>
    protected override void QueueTask(Task task)
    {
        try
        {
            _queue.Add(task);
        }
        catch (InvalidOperationException)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_ => TryExecuteTask(task), null);
        }
    }

    /// <inheritdoc/>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => Thread.CurrentThread == _thread && TryExecuteTask(task);

    /// <inheritdoc/>
    protected override IEnumerable<Task> GetScheduledTasks() => [.. _queue];

    // The runtime does not pass priorities on to Linux; there 0 means the calling thread alone. Where it is refused the thread runs as all others do.
    private static void Yield(int nice)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = SetPriority(0, 0, nice);
        }
    }

    private void Work()
    {
        Yield(FollowingNice);
        foreach (var task in _queue.GetConsumingEnumerable())
        {
            TryExecuteTask(task);
        }
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, uint who, int nice);
}
