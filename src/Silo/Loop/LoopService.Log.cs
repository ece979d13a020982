using Orleans.Dpo.Grains.Projects;

namespace Orleans.Dpo.Silo.Loop;

public sealed partial class LoopService
{
    [LoggerMessage(4101, LogLevel.Error, "The list of projects could not be read; the loops tick again in a second")]
    private partial void LogListFailed(Exception problem);

    [LoggerMessage(4102, LogLevel.Error, "The loop of {Project} could not advance; it tries again in a second")]
    private partial void LogAdvanceFailed(Exception problem, ProjectId project);

    [LoggerMessage(4103, LogLevel.Error, "{Kind} of {Name} in {Project} failed {Count} times; it tries again in {Seconds} s")]
    private partial void LogWorkFailed(Exception problem, LoopWorkKind kind, string name, ProjectId project, int count, double seconds);

    [LoggerMessage(4104, LogLevel.Information, "Stopped ({Reason}) during {Kind} of {Name} in {Project}; the next start goes on with it")]
    private partial void LogStopped(string reason, LoopWorkKind kind, string name, ProjectId project);
}
