using System.Globalization;
using Orleans.Dpo.Grains.Jobs;

namespace Orleans.Dpo.Silo.Jobs;

/// <summary>Kinds of jobs as the queue spells them, and where a job's blobs lie.</summary>
internal static class JobKinds
{
    public const string Train = "train";
    public const string Evaluate = "evaluate";
    public const string Generate = "generate";

    /// <summary>Rounds and generations keep their jobs' files beside their own.</summary>
    public static string Folder(JobKey job) =>
        job.Kind == Generate ? $"projects/{job.Project}/generations/{job.Name}" : $"projects/{job.Project}/rounds/{job.Name}";

    /// <summary>Folder of all attempts. Epochs rise over all jobs, so two attempts never share a number.</summary>
    public static string Attempts(JobKey job) => $"{Folder(job)}/attempts/";

    /// <summary>Folder of one attempt.</summary>
    public static string Attempt(JobKey job, int epoch) => Attempts(job) + epoch.ToString(CultureInfo.InvariantCulture);
}
