using System.CommandLine;
using System.Globalization;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Trainer.Control;
using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.Recipes;

namespace Orleans.Dpo.Trainer.Cli;

/// <summary><c>train</c>: one stage of training from files to files.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var command = new Command("train", "Trains a model: sft imitates texts, dpo learns from pairs or rankings, kto from answers that are good or bad, reward learns what answers are worth.");
        foreach (var option in TrainArguments.All)
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, cancellationToken) => CommandRun.Guard(() => Run(parsed, cancellationToken)));
        return command;
    }

    private static void Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = new ControlLines();
        using var stop = cancellationToken.Register(control.Cancel);
        var arguments = new TrainArguments(parsed);
        switch (arguments.Stage)
        {
            case "sft":
                var imitated = SftRecipe.Run(arguments.Sft(), control, ProgressLine.Print);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{imitated.Policy}  {imitated.PolicyHash}\n{imitated.Rows} rows, {imitated.RowsTooLong} left out for length, {imitated.Steps} steps, {imitated.Loss:F4} nats a token, validation {imitated.ValidationLoss:F4}"));
                break;
            case "dpo":
                var options = arguments.Dpo();
                Print(Batching.RankedRows.Are(options.Training.Rows)
                    ? RankingRecipe.Run(options, control, ProgressLine.Print)
                    : DpoRecipe.Run(options, control, ProgressLine.Print));
                break;
            case "kto":
                Print(KtoRecipe.Run(arguments.Kto(), control, ProgressLine.Print));
                break;
            case "reward":
                var judged = RewardRecipe.Run(arguments.Reward(), control, ProgressLine.Print);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{judged.Policy}  {judged.PolicyHash}\n{judged.Rows} rows, {judged.RowsTooLong} left out for length, {judged.Steps} steps, loss {judged.Loss:F4}, accuracy {judged.Accuracy:F4}, validation accuracy {judged.ValidationAccuracy:F4}"));
                break;
            case var other:
                throw TrainerException.BadInput($"--stage {other} is unknown; it is {string.Join(", ", TrainArguments.Stages)}.");
        }
    }

    private static void Print(JobTrainResult result) => Console.WriteLine(System.Text.Json.JsonSerializer.Serialize(result, JobJson.File));
}
