using System.CommandLine;
using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.Metrics;
using Orleans.Dpo.Trainer.Reports;

namespace Orleans.Dpo.Trainer.Cli;

/// <summary><c>pairs</c>: likely mislabelled pairs of a run.</summary>
internal static class PairsCommand
{
    private static readonly Argument<string> s_folder = new("folder") { Description = "The --out folder of a training run on pairs." };

    public static Command Create()
    {
        var command = new Command("pairs", "Lists likely mislabelled pairs of a run as JSON lines, the most suspect first (rule: docs/formats/metrics.md).");
        command.Arguments.Add(s_folder);
        command.SetAction((parsed, _) => CommandRun.Guard(() => Run(parsed.GetValue(s_folder)!)));
        return command;
    }

    private static void Run(string folder)
    {
        if (!File.Exists(Path.Combine(folder, PairLog.FileName)))
        {
            throw TrainerException.BadInput($"{folder} has no {PairLog.FileName}; give the --out folder of a training run on pairs.");
        }

        var suspects = ReportFile.Suspects(folder);
        foreach (var suspect in suspects)
        {
            Console.WriteLine(JsonSerializer.Serialize(suspect, JobJson.Line));
        }

        Console.Error.WriteLine($"{suspects.Count} pairs.");
    }
}
