namespace Orleans.Dpo.Silo.Hub;

/// <summary>A repository's revision, or which part of the address names nothing.</summary>
/// <param name="Repo">What was found.</param>
/// <param name="Error">The Hub's code for what was not: <c>RepoNotFound</c> or <c>RevisionNotFound</c>.</param>
internal sealed record HubLookup(HubRepo? Repo, string? Error)
{
    public static HubLookup NoRepo { get; } = new(null, "RepoNotFound");

    public static HubLookup NoRevision { get; } = new(null, "RevisionNotFound");
}
