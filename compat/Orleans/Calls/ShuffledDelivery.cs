namespace Orleans.Runtime;

/// <summary>Delivers calls out of order on purpose: real Orleans promises no order, and code that needs one must fail here too.</summary>
internal sealed class ShuffledDelivery(Action<GrainCall> deliver) : IThreadPoolWorkItem
{
    private readonly List<GrainCall> _held = [];

    public void Add(GrainCall call)
    {
        lock (_held)
        {
            _held.Add(call);
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    public void Execute()
    {
        GrainCall next;
        lock (_held)
        {
            // One work item was queued per call; going round again lets later calls catch up.
            if (Random.Shared.Next(3) is not 0)
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                return;
            }

            var index = Random.Shared.Next(_held.Count);
            next = _held[index];
            _held[index] = _held[^1];
            _held.RemoveAt(_held.Count - 1);
        }

        deliver(next);
    }
}
