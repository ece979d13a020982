using System.CommandLine;
using Orleans.Dpo.Trainer.Reports;

namespace Orleans.Dpo.Trainer.Cli;

/// <summary><c>report</c>: the page of a run, made again from what is in its folder.</summary>
internal static class ReportCommand
{
    private static readonly Argument<string> s_folder = new("folder") { Description = "The --out folder of a training run, finished or not." };

    public static Command Create()
    {
        var command = new Command("report", "Writes report.html of a run from its run.json, metrics.jsonl and pairs.jsonl (docs/formats/metrics.md).");
        command.Arguments.Add(s_folder);
        command.SetAction((parsed, _) => CommandRun.Guard(() => Console.WriteLine(ReportFile.Write(parsed.GetValue(s_folder)!))));
        return command;
    }
}
