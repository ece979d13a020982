using System.Collections.Immutable;
using Orleans.Dpo.Grains.Annotators;

namespace Orleans.Dpo.Silo.Erasure;

/// <summary><c>_system/erasures/an_….json</c>: that a person's data is to be deleted, and then that it is. Holds no personal data.</summary>
internal sealed record ErasureCertificate
{
    public int Format { get; init; } = 1;

    /// <summary>The random id, which stays in events.</summary>
    public required AnnotatorId Person { get; init; }

    /// <summary>Id of who asked for it.</summary>
    public required string By { get; init; }

    public required DateTimeOffset Requested { get; init; }

    /// <summary>When all was done; null before.</summary>
    public DateTimeOffset? Completed { get; init; }

    public required ErasedData Deleted { get; init; }

    /// <summary>Where each project's ledger says so.</summary>
    public ImmutableArray<ErasedIn> Ledgers { get; init; } = [];
}

/// <summary>What was there when the erasure began, and is deleted.</summary>
/// <param name="Record">Name, roles, password hash and sign-in links.</param>
/// <param name="Key">The key of the person's free text: without it no copy of a text can be read.</param>
/// <param name="Texts">Encrypted texts.</param>
/// <param name="ApiKeys">API keys that acted for the person.</param>
internal sealed record ErasedData(bool Record, bool Key, int Texts, int ApiKeys);

/// <summary>The event in one project's ledger.</summary>
/// <param name="Project">The project.</param>
/// <param name="Seq">Position of its ledger at which <c>person.erased</c> is included.</param>
/// <param name="Hash">Hash there.</param>
internal sealed record ErasedIn(string Project, long Seq, string Hash);
