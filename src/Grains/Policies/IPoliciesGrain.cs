using System.Collections.Immutable;
using Orleans.Concurrency;
using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Grains.Policies;

/// <summary>A project's policies and which one is active. Key: the project. Files are under <c>projects/p/policies/p4/</c>, in Hugging Face layout.</summary>
[Alias("orleans.dpo.policies")]
public interface IPoliciesGrain : IGrainWithStringKey
{
    /// <summary>Registers a policy whose files are all written. The first one becomes active and is π0.</summary>
    [Alias("add")]
    Task<Outcome<PolicyView>> AddAsync(NewPolicy policy, CancellationToken cancellationToken);

    /// <summary>The next free name, such as <c>p4</c>, for the same key always the same.</summary>
    [Alias("reserve")]
    Task<string> ReserveAsync(string idempotencyKey, CancellationToken cancellationToken);

    /// <summary>Makes a policy active (promotion by gate or hand, or roll back); appends <c>policy.activated</c>.</summary>
    [Alias("activate")]
    Task<Outcome<PolicyView>> ActivateAsync(string policy, string reason, CancellationToken cancellationToken);

    /// <summary>One policy, or null.</summary>
    [AlwaysInterleave, Alias("get")]
    Task<PolicyView?> GetAsync(string policy, CancellationToken cancellationToken);

    /// <summary>All, oldest first.</summary>
    [AlwaysInterleave, Alias("list")]
    Task<ImmutableArray<PolicyView>> ListAsync(CancellationToken cancellationToken);

    /// <summary>The active policy and π0; null before the first policy.</summary>
    [AlwaysInterleave, Alias("active")]
    Task<ActivePolicy?> GetActiveAsync(CancellationToken cancellationToken);
}

/// <summary>Which policy writes the next pairs.</summary>
/// <param name="Active">The active policy.</param>
/// <param name="Parent">The policy it was trained from, or null.</param>
/// <param name="Start">π0.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.active-policy")]
public sealed record ActivePolicy(string Active, string? Parent, string Start);

/// <summary>A policy to register.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.new-policy")]
public sealed record NewPolicy
{
    /// <summary>Reserved name.</summary>
    [Id(0)] public required string Id { get; init; }

    /// <summary>Policy hash (docs/formats/policies.md).</summary>
    [Id(1)] public required string Hash { get; init; }

    /// <summary>upload, round or push (a foreign trainer's).</summary>
    [Id(2)] public required string Origin { get; init; }

    /// <summary>Policy it was trained from, or null.</summary>
    [Id(3)] public string? Parent { get; init; }

    /// <summary>Round that made it, or null.</summary>
    [Id(4)] public string? Round { get; init; }

    /// <summary>Dataset version it was trained on, or null.</summary>
    [Id(5)] public int? Version { get; init; }

    /// <summary>Its files.</summary>
    [Id(6)] public ImmutableArray<PolicyFile> Files { get; init; } = [];
}

/// <summary>A file of a policy.</summary>
/// <param name="Name">Such as model.safetensors.</param>
/// <param name="Bytes">Length.</param>
/// <param name="Sha256">64 hexadecimal digits.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.policy-file")]
public sealed record PolicyFile(string Name, long Bytes, string Sha256);

/// <summary>A registered policy.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.policy-view")]
public sealed record PolicyView
{
    /// <summary>What was registered.</summary>
    [Id(0)] public required NewPolicy Policy { get; init; }

    /// <summary>When.</summary>
    [Id(1)] public required DateTimeOffset Created { get; init; }

    /// <summary>It writes the next pairs.</summary>
    [Id(2)] public bool IsActive { get; init; }

    /// <summary>π0 of the project.</summary>
    [Id(3)] public bool IsStart { get; init; }
}
