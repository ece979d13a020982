using Orleans.Dpo.Grains.Jobs;

namespace Orleans.Dpo.Silo.Jobs;

/// <summary>Kinds of jobs as the queue spells them, and where a job's blobs lie.</summary>
internal static class JobKinds
{
    public const string Train = "train";
    public const string Evaluate = "evaluate";
    public const string Generate = "generate";

    /// <summary>Folder of all attempts: rounds and generations keep their jobs' files beside their own.</summary>
    public static string Folder(JobKey job) =>
        job.Kind == Generate ? $"projects/{job.Project}/generations/{job.Name}" : $"projects/{job.Project}/rounds/{job.Name}";

    /// <summary>Folder of one attempt. A round's training and evaluation count their epochs apart, so the kind is part of the name.</summary>
    public static string Attempt(JobKey job, int epoch) => $"{Folder(job)}/attempts/{(job.Kind == Evaluate ? "evaluate-" : "")}{epoch}";
}
