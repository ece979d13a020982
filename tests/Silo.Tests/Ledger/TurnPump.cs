using System.Collections.Concurrent;

namespace Orleans.Dpo.Silo.Tests.Ledger;

/// <summary>Runs asynchronous code as turns on one thread, like an activation, and in the same order every time.</summary>
internal sealed class TurnPump : SynchronizationContext
{
    private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _turns = [];

    public static void Run(Func<Task> body)
    {
        var pump = new TurnPump();
        var before = Current;
        SetSynchronizationContext(pump);
        try
        {
            var task = body();
            task.ContinueWith(_ => pump._turns.CompleteAdding(), TaskScheduler.Default);
            foreach (var (callback, state) in pump._turns.GetConsumingEnumerable())
            {
                callback(state);
            }

            task.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (!_turns.IsAddingCompleted)
        {
            _turns.Add((d, state));
        }
    }
}
