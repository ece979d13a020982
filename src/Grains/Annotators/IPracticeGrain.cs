using System.Collections.Immutable;
using Orleans.Concurrency;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Grains.Annotators;

/// <summary>Practice pairs of a project, and who practised on them. Nothing of it is in a shard of pairs. Key: the project.</summary>
[Alias("orleans.dpo.practice")]
public interface IPracticeGrain : IGrainWithStringKey
{
    /// <summary>True when the annotator passed, or was admitted by an operator.</summary>
    [AlwaysInterleave, Alias("is-admitted")]
    Task<bool> IsAdmittedAsync(AnnotatorId annotator, CancellationToken cancellationToken);

    /// <summary>Practice pairs that are given.</summary>
    [AlwaysInterleave, Alias("list")]
    Task<ImmutableArray<PracticeItem>> ListAsync(CancellationToken cancellationToken);

    /// <summary>A practice pair, also one that was removed; null when there never was one.</summary>
    [AlwaysInterleave, Alias("find")]
    Task<PracticeItem?> FindAsync(string item, CancellationToken cancellationToken);

    /// <summary>All runs, newest first.</summary>
    [AlwaysInterleave, Alias("runs")]
    Task<ImmutableArray<PracticeRun>> ListRunsAsync(CancellationToken cancellationToken);

    /// <summary>Adds practice pairs, or changes them (<c>practice.added</c>); their blobs are there already.</summary>
    /// <returns>How many are given now.</returns>
    [Alias("add")]
    Task<Outcome<int>> AddAsync(ImmutableArray<PracticeItem> items, CancellationToken cancellationToken);

    /// <summary>Gives a practice pair to nobody any more (<c>practice.removed</c>); open runs keep it.</summary>
    [Alias("remove")]
    Task<Outcome<PracticeItem>> RemoveAsync(string item, CancellationToken cancellationToken);

    /// <summary>The open run of an annotator, or a new one; <c>wrong-state</c> for someone admitted.</summary>
    [Alias("begin")]
    Task<Outcome<PracticeRun>> BeginAsync(AnnotatorId annotator, int count, double pass, CancellationToken cancellationToken);

    /// <summary>Takes an answer (<c>practice.answered</c>); the last one of a run decides.</summary>
    [Alias("answer")]
    Task<Outcome<PracticeRun>> AnswerAsync(AnnotatorId annotator, int number, ShownChoice said, CancellationToken cancellationToken);

    /// <summary>Admits an annotator without practice (<c>practice.admitted</c>); who is admitted stays so.</summary>
    [Alias("admit")]
    Task<PracticeRun> AdmitAsync(AnnotatorId annotator, string by, CancellationToken cancellationToken);
}
