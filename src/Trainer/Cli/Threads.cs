namespace Orleans.Dpo.Trainer.Cli;

/// <summary>How many threads to use when nobody says.</summary>
internal static class Threads
{
    /// <param name="asked">0 or less means: leave one core to others.</param>
    public static int Resolve(int asked) => asked > 0 ? asked : Math.Max(1, Environment.ProcessorCount - 1);
}
