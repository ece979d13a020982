namespace Orleans.Runtime;

/// <summary>Runs the turns of one activation, one at a time.</summary>
internal sealed class ActivationTaskScheduler(IGrainContext context) : TaskScheduler, IThreadPoolWorkItem
{
    private const long QuantumMilliseconds = 100;
    [ThreadStatic]
    private static ActivationTaskScheduler? s_executing;
    private readonly Queue<Task> _queue = new();
    private bool _scheduled;

    public IGrainContext Context { get; } = context;
    public override int MaximumConcurrencyLevel => 1;
    /// <summary>Starts a turn that inherits nothing from the code that starts it.</summary>
    public void Start(Func<Task> turn)
    {
        var flow = ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow();
        try
        {
            _ = Task.Factory.StartNew(turn, CancellationToken.None, TaskCreationOptions.DenyChildAttach, this);
        }
        finally
        {
            flow?.Undo();
        }
    }

    public void Execute()
    {
        s_executing = this;
        try
        {
            for (var began = Environment.TickCount64; Environment.TickCount64 - began < QuantumMilliseconds;)
            {
                Task? task;
                lock (_queue)
                {
                    if (!_queue.TryDequeue(out task))
                    {
                        _scheduled = false;
                        return;
                    }
                }

                TryExecuteTask(task);
            }
        }
        finally
        {
            s_executing = null;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    protected override void QueueTask(Task task)
    {
        lock (_queue)
        {
            _queue.Enqueue(task);
            if (_scheduled)
            {
                return;
            }

            _scheduled = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && s_executing == this && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_queue)
        {
            return [.. _queue];
        }
    }
}
