using System.Collections.Immutable;
using System.Text;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Grains.Policies;

/// <summary>Decisions about policies.</summary>
public static class PolicyRules
{
    /// <summary>The policy hash: SHA-256 over one line <c>name sha256</c> with a line feed for each file that decides what the policy says, in ordinal order.</summary>
    /// <remarks>Those files are config.json, tokenizer.json, and model.safetensors or, for a sharded model, its index and shards.</remarks>
    public static string HashOf(IEnumerable<PolicyFile> files)
    {
        var lines = new StringBuilder();
        foreach (var file in files.Where(file => Decides(file.Name)).OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            lines.Append(file.Name).Append(' ').Append(file.Sha256).Append('\n');
        }

        return ContentHash.Hex(lines.ToString());
    }

    /// <summary>Whether a reserved name may become this policy. Null: it may; the same registration again is not a refusal either.</summary>
    public static Refusal? CheckNew(PolicyRecord? reserved, NewPolicy policy)
    {
        if (reserved is null)
        {
            return new(RefusalCodes.UnknownPolicy, $"{policy.Id} was not reserved.");
        }

        if (reserved.Policy is not null && reserved.Policy.Hash != policy.Hash)
        {
            return new(RefusalCodes.BadPolicy, $"{policy.Id} is registered with hash {reserved.Policy.Hash}; a policy never changes.");
        }

        foreach (var name in (ReadOnlySpan<string>)["config.json", "tokenizer.json"])
        {
            if (!policy.Files.Any(file => file.Name == name))
            {
                return new(RefusalCodes.BadPolicy, $"{policy.Id} has no {name}.");
            }
        }

        if (!policy.Files.Any(file => file.Name.EndsWith(".safetensors", StringComparison.Ordinal)))
        {
            return new(RefusalCodes.BadPolicy, $"{policy.Id} has no model.safetensors.");
        }

        var hash = HashOf(policy.Files);
        return hash == policy.Hash ? null : new(RefusalCodes.BadPolicy, $"{policy.Id} was sent as {policy.Hash}, but its files hash to {hash}.");
    }

    /// <summary>The event of a registration.</summary>
    public static ProjectEvent Registered(NewPolicy policy) => new("policy.registered", policy.Id, EventBody.Of(
        ("policy", policy.Id), ("hash", policy.Hash), ("origin", policy.Origin), ("parent", policy.Parent), ("round", policy.Round), ("version", policy.Version)));

    /// <summary>The event of an activation.</summary>
    public static ProjectEvent Activated(int number, PolicyActivation activation) => new("policy.activated", NumberedName.Of('a', number), EventBody.Of(
        ("policy", activation.Policy), ("reason", activation.Reason)));

    /// <summary>Which policy is active, given all activations in order; null when there is none.</summary>
    public static ActivePolicy? Active(IEnumerable<PolicyActivation> activations, Func<string, NewPolicy?> find)
    {
        var all = activations.ToImmutableArray();
        return all.IsEmpty ? null : new(all[^1].Policy, find(all[^1].Policy)?.Parent, all[0].Policy);
    }

    private static bool Decides(string name) => name is "config.json" or "tokenizer.json" or "model.safetensors" or "model.safetensors.index.json"
        || (name.StartsWith("model-", StringComparison.Ordinal) && name.EndsWith(".safetensors", StringComparison.Ordinal));
}
