using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Orleans.Dpo.Grains.Prompts;

/// <summary>Which prompts a project has and where their rows lie. Key: the project. Rows are in <c>projects/p/prompts/segment.jsonl</c>; the commit is a <c>prompts.added</c> event.</summary>
[Alias("orleans.dpo.prompt-catalog")]
public interface IPromptCatalogGrain : IGrainWithStringKey
{
    /// <summary>Makes the rows of a segment blob known; rows of known prompts are skipped.</summary>
    /// <returns>How many were new.</returns>
    [Alias("add")]
    Task<int> AddSegmentAsync(string segmentBlob, CancellationToken cancellationToken);

    /// <summary>Entries of some prompts, in the order asked; null for unknown ones.</summary>
    [AlwaysInterleave, Alias("find")]
    Task<ImmutableArray<PromptEntry?>> FindAsync(ImmutableArray<PromptId> prompts, CancellationToken cancellationToken);

    /// <summary>A page of entries that fit, in id order after a cursor.</summary>
    [AlwaysInterleave, Alias("list")]
    Task<ImmutableArray<PromptEntry>> ListAsync(PromptFilter filter, PromptId? after, int count, CancellationToken cancellationToken);

    /// <summary>
    /// The next prompts of a split in the seeded order SHA-256(seed, id) from a cursor on; wraps round when all are used.
    /// Deterministic: depends on the set of prompts, the seed and the cursor only.
    /// </summary>
    [AlwaysInterleave, Alias("draw")]
    Task<ImmutableArray<PromptEntry>> DrawAsync(string split, long seed, long cursor, int count, CancellationToken cancellationToken);

    /// <summary>Number of prompts by split (train, test).</summary>
    [AlwaysInterleave, Alias("count")]
    Task<PromptCounts> CountAsync(CancellationToken cancellationToken);
}
