using System.Collections.Immutable;

namespace Orleans.Dpo.Silo.Hub;

/// <summary>One revision of a repository as the Hugging Face Hub names things: a dataset version or a policy.</summary>
/// <param name="Id">owner/name.</param>
/// <param name="Sha">40 hexadecimal digits: the begin of the version's identity, or of the policy's hash.</param>
/// <param name="Modified">When it was cut or registered.</param>
/// <param name="Tags">Names that lead to this revision too.</param>
/// <param name="Files">In ordinal order of paths.</param>
internal sealed record HubRepo(string Id, string Sha, DateTimeOffset Modified, ImmutableArray<string> Tags, ImmutableArray<HubFile> Files);
