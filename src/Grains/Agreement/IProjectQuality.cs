namespace Orleans.Dpo.Grains.Agreement;

/// <summary>What pages ask of the service that follows projects' judgments.</summary>
public interface IProjectQuality
{
    /// <summary>Quality now, at most seconds old; with intervals, those may be older and say so.</summary>
    Task<ProjectQuality> ReadAsync(string project, bool intervals, CancellationToken cancellationToken);

    /// <summary>Policies by blind comparisons.</summary>
    Task<PolicyBattles> BattlesAsync(string project, CancellationToken cancellationToken);
}
