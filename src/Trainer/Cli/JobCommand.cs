using System.CommandLine;
using Orleans.Dpo.Trainer.Control;
using Orleans.Dpo.Trainer.Jobs;

namespace Orleans.Dpo.Trainer.Cli;

/// <summary><c>job</c>: what a worker starts as its child. Control lines come on standard input; its end means that the worker is gone.</summary>
internal static class JobCommand
{
    private static readonly Argument<string> s_folder = new("folder") { Description = "The attempt's folder with job.json and inputs/; results go to out/ in it." };

    public static Command Create()
    {
        var command = new Command("job", "Does the job in a folder (docs/formats/jobs.md). Standard input takes the lines cancel and checkpoint; at its end the process ends.");
        command.Arguments.Add(s_folder);
        command.SetAction((parsed, cancellationToken) => Task.Run(() =>
        {
            using var control = new ControlLines();
            using var stop = cancellationToken.Register(control.Cancel);
            control.Follow(Console.In, ControlLines.ExitNow);
            return JobRunner.Run(parsed.GetValue(s_folder)!, control);
        }));
        return command;
    }
}
