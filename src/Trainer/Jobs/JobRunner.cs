using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.Cli;
using Orleans.Dpo.Trainer.Control;
using Orleans.Dpo.Trainer.Failures;

namespace Orleans.Dpo.Trainer.Jobs;

/// <summary>Does one job and leaves <c>out/result.json</c>, of success or of failure.</summary>
internal static class JobRunner
{
    public static int Run(string path, ControlLines control)
    {
        var clock = Stopwatch.StartNew();
        JobFolder? folder = null;
        var failure = new JobFailure("error", "");
        var exitCode = 1;
        try
        {
            folder = JobFolder.Open(path);
            var threads = Threads.Resolve(folder.Spec.Threads);
            torch.set_num_threads(threads);
            var result = Do(folder, threads, control);
            Write(path, result with { Seconds = clock.Elapsed.TotalSeconds, Threads = threads });
            return 0;
        }
        catch (TrainerException expected)
        {
            (failure, exitCode) = (new JobFailure(expected.Code, expected.Message), expected.ExitCode);
        }
        catch (OperationCanceledException)
        {
            (failure, exitCode) = (new JobFailure("cancelled", "Stopped as asked."), 4);
        }
        catch (Exception error) when (IsOutOfMemory(error))
        {
            failure = new JobFailure("out-of-memory", "Memory ran out. Lower the batch size and raise the accumulation steps by the same factor.");
        }
        catch (Exception error) when (error is ExternalException or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            failure = new JobFailure("error", error.Message);
        }

        Console.Error.WriteLine(failure.Detail);
        Write(path, new JobResult { Epoch = folder?.Spec.Epoch ?? 0, Seconds = clock.Elapsed.TotalSeconds, Failure = failure });
        return exitCode;
    }

    private static JobResult Do(JobFolder folder, int threads, ControlLines control)
    {
        var spec = folder.Spec;
        var result = new JobResult { Epoch = spec.Epoch };
        return spec switch
        {
            { Kind: JobKind.Train, Train: { } train } => result with { Train = TrainJob.Run(folder, train, threads, control) },
            { Kind: JobKind.Evaluate, Evaluate: { } evaluate } => result with { Evaluate = EvaluateJob.Run(folder, evaluate, control) },
            { Kind: JobKind.Generate, Generate: { } generate } => result with { Generate = GenerateJob.Run(folder, generate, control) },
            _ => throw TrainerException.BadInput($"The job is of kind {spec.Kind} but the member of that name is missing."),
        };
    }

    private static void Write(string path, JobResult result)
    {
        var output = Path.Combine(path, "out");
        Directory.CreateDirectory(output);
        DurableFolder.ReplaceFile(Path.Combine(output, "result.json"), JsonSerializer.SerializeToUtf8Bytes(result, JobJson.File));
    }

    private static bool IsOutOfMemory(Exception error) => error is OutOfMemoryException
        || (error is ExternalException && (error.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
            || error.Message.Contains("can't allocate memory", StringComparison.OrdinalIgnoreCase)));
}
