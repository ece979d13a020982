using System.Globalization;
using Orleans.Dpo.Grains.Formats;

namespace Orleans.Dpo.Trainer.Cli;

/// <summary>Prints every tenth step to the error stream, so that standard output holds the result alone.</summary>
internal static class ProgressLine
{
    public static void Print(JobMetrics metrics)
    {
        if (metrics.Step % 10 == 0 || metrics.Step == metrics.Steps)
        {
            var pairs = metrics.RewardsMargins is { } margin
                ? string.Create(CultureInfo.InvariantCulture, $"  margin {margin:F3}  accuracy {metrics.RewardsAccuracies:F2}")
                : "";
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"step {metrics.Step}/{metrics.Steps}  loss {metrics.Loss:F4}{pairs}  norm {metrics.GradNorm:F2}  rate {metrics.LearningRate:G3}  {metrics.TokensPerSecond:F0} tokens/s  MFU {metrics.Mfu:P0}  {Left(metrics.SecondsLeft ?? 0)} left"));
        }

        if (metrics.Notice is { } notice)
        {
            Console.Error.WriteLine(notice);
        }
    }

    private static string Left(double seconds)
    {
        var time = TimeSpan.FromSeconds(Math.Min(seconds, 1e9));
        return time.TotalHours >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h {time.Minutes} m")
            : time.TotalMinutes >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{time.Minutes} m {time.Seconds} s")
            : string.Create(CultureInfo.InvariantCulture, $"{time.Seconds} s");
    }
}
