using Orleans.Dpo.Trainer.Failures;

namespace Orleans.Dpo.Trainer.Cli;

/// <summary>Turns expected failures into one sentence and an exit code: 0 done, 2 bad input, 3 failed check, 4 cancelled.</summary>
internal static class CommandRun
{
    public static int Guard(Action run)
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
