using Orleans.Dpo.Trainer.Failures;

namespace Orleans.Dpo.Trainer.Cli;

/// <summary>Turns expected failures into one sentence and an exit code: 0 done, 2 bad input, 3 failed check, 4 cancelled.</summary>
internal static class CommandRun
{
    /// <summary>Runs beside the caller's thread, which is left to interruptions (Ctrl-C, SIGTERM): they reach the run as a cancellation.</summary>
    public static Task<int> Guard(Action run) => Task.Run(() => Here(run));

    private static int Here(Action run)
    {
        try
        {
            run();
            return 0;
        }
        catch (TrainerException failure)
        {
            Console.Error.WriteLine(failure.Message);
            return failure.ExitCode;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("Stopped as asked.");
            return 4;
        }
    }
}
