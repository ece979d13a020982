using System.Diagnostics;

namespace Orleans.Dpo.Trainer.Control;

/// <summary>What the owner of a run asks for while it runs: to stop, or to keep a checkpoint now. Asked between steps, so never in the middle of one.</summary>
internal sealed class ControlLines : IDisposable
{
    private readonly CancellationTokenSource _cancelled = new();
    private int _checkpoints;

    public CancellationToken Cancellation => _cancelled.Token;

    public void Cancel() => _cancelled.Cancel();

    /// <summary>True once for each request.</summary>
    public bool TakeCheckpointRequest()
    {
        if (Volatile.Read(ref _checkpoints) == 0)
        {
            return false;
        }

        Interlocked.Decrement(ref _checkpoints);
        return true;
    }

    /// <summary>Obeys lines until the end of the input; then the parent is gone.</summary>
    public void Follow(TextReader input, Action parentGone)
    {
        var thread = new Thread(() =>
        {
            while (input.ReadLine() is { } line)
            {
                Obey(line.Trim());
            }

            parentGone();
        })
        { IsBackground = true, Name = "control lines" };
        thread.Start();
    }

    /// <summary>Ends this process within a second, whatever its other threads do.</summary>
    public static void ExitNow()
    {
        var last = new Thread(() =>
        {
            Thread.Sleep(TimeSpan.FromMilliseconds(500));
            using var self = Process.GetCurrentProcess();
            self.Kill();
        })
        { IsBackground = true };
        last.Start();
        Environment.Exit(4);
    }

    public void Dispose() => _cancelled.Dispose();

    /// <summary>Other lines are left alone, so that a newer parent can say more than this process understands.</summary>
    internal void Obey(string line)
    {
        if (line == "cancel")
        {
            _cancelled.Cancel();
        }
        else if (line == "checkpoint")
        {
            Interlocked.Increment(ref _checkpoints);
        }
    }
}
