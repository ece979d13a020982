using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Orleans.Dpo.Trainer.Control;
using Orleans.Dpo.Trainer.Recipes;
using static TorchSharp.torch;

namespace Orleans.Dpo.Bench.Trainer;

/// <summary>Our side of a block, in a process of its own.</summary>
internal static class InnerRun
{
    public static int Start(string what, BenchJob job)
    {
        set_num_threads(job.Threads);
        switch (what)
        {
            case "train":
                Train(job);
                break;
            case "plain-loop":
                using (var loop = new PlainLoop(job))
                {
                    Serve(line => loop.Run(int.Parse(line, CultureInfo.InvariantCulture)));
                }

                break;
            case "components":
                using (var loop = new ComponentLoop(job))
                {
                    Serve(loop.Run);
                }

                break;
            case "generate":
                GenerationRuns.Serve(job);
                break;
            default:
                throw new ArgumentException($"There is no inner run {what}.");
        }

        return 0;
    }

    public static void Print(object line)
    {
        Console.WriteLine(JsonSerializer.Serialize(line));
        Console.Out.Flush();
    }

    /// <summary>The largest resident size of this process so far.</summary>
    public static long PeakKib()
    {
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM", StringComparison.Ordinal));
        return long.Parse(new string([.. line.Where(char.IsDigit)]), CultureInfo.InvariantCulture);
    }

    /// <summary>Runs what each input line asks for; the answer is its seconds.</summary>
    private static void Serve(Func<string, double> run)
    {
        while (Console.ReadLine() is { } line)
        {
            var clock = Stopwatch.StartNew();
            var value = run(line);
            Print(new { seconds = clock.Elapsed.TotalSeconds, value });
        }
    }

    private static void Train(BenchJob job)
    {
        var losses = new List<double>();
        using var control = new ControlLines();
        var cpu = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        DpoRecipe.Run(
            new DpoOptions
            {
                Training = new TrainingOptions
                {
                    Model = job.Model,
                    Rows = job.Texts,
                    Output = job.Out,
                    Checkpoints = Path.Combine(job.Out, "checkpoints"),
                    Cache = job.Cache,
                    BatchSize = job.Batch,
                    LearningRate = job.LearningRate,
                    GradientClip = job.Clip,
                    Seed = job.Seed,
                    Threads = job.Threads,
                },
                Reference = job.Model,
                Beta = job.Beta,
            },
            control,
            line => losses.Add(line.Loss));
        Print(new { seconds = clock.Elapsed.TotalSeconds, cpu = (Environment.CpuUsage.TotalTime - cpu).TotalSeconds, losses, peak_kib = PeakKib() });
    }
}
