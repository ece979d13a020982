using System.Runtime.CompilerServices;

namespace Orleans.Dpo.Trainer.Tests;

/// <summary>Every test computes on one thread: numbers are then reproducible, and two suites on two cores do not wait for each other.</summary>
internal static class OneThread
{
    [ModuleInitializer]
    internal static void Pin()
    {
        Environment.SetEnvironmentVariable("OMP_NUM_THREADS", "1");
        torch.set_num_threads(1);
    }
}
