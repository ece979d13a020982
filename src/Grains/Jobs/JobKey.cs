using Orleans.Dpo.Grains.Projects;

namespace Orleans.Dpo.Grains.Jobs;

/// <summary>Names a job.</summary>
/// <param name="Project">Project.</param>
/// <param name="Name">Round or generation, such as r4.</param>
/// <param name="Kind">train, evaluate or generate.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.job-key")]
public sealed record JobKey(ProjectId Project, string Name, string Kind);
