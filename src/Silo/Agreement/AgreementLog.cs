using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Projects;

namespace Orleans.Dpo.Silo.Agreement;

internal static partial class AgreementLog
{
    [LoggerMessage(3301, LogLevel.Error, "Judgments of {Project} could not be followed; tried again in a moment")]
    public static partial void NotFollowed(ILogger logger, Exception problem, ProjectId project);

    [LoggerMessage(3302, LogLevel.Error, "The joint model of {Project} could not be fitted")]
    public static partial void FitFailed(ILogger logger, Exception problem, ProjectId project);

    [LoggerMessage(3303, LogLevel.Warning, "The order of leasing of {Project}/{Shard} was not taken; it is published again")]
    public static partial void NotPublished(ILogger logger, Exception problem, ProjectId project, int shard);

    [LoggerMessage(3304, LogLevel.Information, "Annotator {Annotator} is paused in {Project}: {Cause}")]
    public static partial void Paused(ILogger logger, AnnotatorId annotator, ProjectId project, string cause);

    [LoggerMessage(3305, LogLevel.Error, "Projects could not be listed; tried again in a moment")]
    public static partial void NoProjects(ILogger logger, Exception problem);
}
