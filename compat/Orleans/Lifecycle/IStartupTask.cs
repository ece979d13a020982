namespace Orleans.Runtime;

/// <summary>Work at silo start; throwing fails the start.</summary>
public interface IStartupTask
{
    /// <summary>Does the work.</summary>
    Task Execute(CancellationToken cancellationToken);
}
