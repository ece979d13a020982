using System.Collections.Immutable;
using Orleans.Concurrency;
using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Grains.Annotators;

/// <summary>Who is kept from a project's pairs, and was. A paused annotator is given no pairs; what he sends is taken all the same. Key: the project.</summary>
[Alias("orleans.dpo.pauses")]
public interface IPausesGrain : IGrainWithStringKey
{
    /// <summary>The annotator's pause that lasts, or null.</summary>
    [AlwaysInterleave, Alias("find")]
    Task<PauseRecord?> FindAsync(AnnotatorId annotator, CancellationToken cancellationToken);

    /// <summary>All pauses, newest first.</summary>
    [AlwaysInterleave, Alias("list")]
    Task<ImmutableArray<PauseRecord>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Pauses an annotator (<c>annotator.paused</c>); the pause that lasts already is returned as it is.</summary>
    [Alias("pause")]
    Task<PauseRecord> PauseAsync(AnnotatorId annotator, string cause, string evidence, string by, CancellationToken cancellationToken);

    /// <summary>Lifts a pause (<c>annotator.resumed</c>), or <c>wrong-state</c> when there is none.</summary>
    [Alias("resume")]
    Task<Outcome<PauseRecord>> ResumeAsync(AnnotatorId annotator, string by, CancellationToken cancellationToken);
}
