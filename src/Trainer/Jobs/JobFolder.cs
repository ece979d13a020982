using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.Failures;

namespace Orleans.Dpo.Trainer.Jobs;

/// <summary>An attempt's folder: <c>job.json</c> and <c>inputs/</c> as the worker laid them, <c>out/</c> for what it takes back.</summary>
internal sealed class JobFolder
{
    private JobFolder(string path, JobSpec spec) => (Path, Spec) = (path, spec);

    public string Path { get; }

    public JobSpec Spec { get; }

    public string Output => System.IO.Path.Combine(Path, "out");

    /// <summary>Reads the order and verifies every input by its hash.</summary>
    public static JobFolder Open(string path)
    {
        var folder = new JobFolder(path, ReadSpec(System.IO.Path.Combine(path, "job.json")));
        foreach (var input in folder.Spec.Inputs)
        {
            var file = folder.Resolve(input.Path);
            var hash = PolicyHash.OfFile(file);
            if (hash != input.Sha256)
            {
                throw TrainerException.BadInput($"{input.Path} hashes to {hash}, the job declares {input.Sha256}.");
            }
        }

        return folder;
    }

    /// <summary>A path of the job as a path of this machine; one that leaves the folder is refused.</summary>
    public string Resolve(string relative)
    {
        var root = System.IO.Path.GetFullPath(Path) + System.IO.Path.DirectorySeparatorChar;
        var full = System.IO.Path.GetFullPath(System.IO.Path.Combine(root, relative));
        return !System.IO.Path.IsPathRooted(relative) && full.StartsWith(root, StringComparison.Ordinal)
            ? full
            : throw TrainerException.BadInput($"The job names {relative}, which is not below its folder.");
    }

    /// <summary>A policy's folder, after its hash has been checked.</summary>
    public string Policy(JobPolicy policy)
    {
        var folder = Resolve(policy.Folder);
        var hash = PolicyHash.Of(folder);
        return hash == policy.Hash
            ? folder
            : throw TrainerException.StepZero($"Policy {policy.Id} hashes to {hash}, the job declares {policy.Hash}.");
    }

    private static JobSpec ReadSpec(string file)
    {
        if (!File.Exists(file))
        {
            throw TrainerException.BadInput($"{file} does not exist; a job folder has one.");
        }

        try
        {
            var spec = JsonSerializer.Deserialize<JobSpec>(File.ReadAllBytes(file), JobJson.File) ?? throw TrainerException.BadInput($"{file} is empty.");
            return spec.Format == 1
                ? spec
                : throw TrainerException.BadInput($"{file} has format {spec.Format}; this trainer reads format 1. Update the trainer.");
        }
        catch (JsonException error)
        {
            throw TrainerException.BadInput($"{file} is not a job: {error.Message}");
        }
    }
}
