using System.Text.Json;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>What an event of the <c>_project</c> shard must look like.</summary>
internal static class ProjectLedgerRules
{
    /// <summary>Most events of one call; they go into one append.</summary>
    public const int MaxTogether = 512;

    private static readonly string[] s_shardKinds =
        ["epoch", "pairs.added", "lease.granted", "lease.released", "lease.revoked", "judgment.recorded", "judgment.withdrawn", "judgment.retracted", "judgment.reinstated", "pair.review", "pairs.closed", "pairs.wanted"];

    /// <summary>Checks all before any is written.</summary>
    /// <exception cref="ArgumentException">One of them has a wrong form; the message says which and why.</exception>
    public static void Check(IReadOnlyCollection<ProjectEvent> events)
    {
        if (events.Count > MaxTogether)
        {
            throw new ArgumentException($"{events.Count} events at once; {MaxTogether} is the most.", nameof(events));
        }

        foreach (var recorded in events)
        {
            if (Problem(recorded) is { } problem)
            {
                throw new ArgumentException($"Event '{recorded.Kind}' with key '{recorded.Key}': {problem}", nameof(events));
            }
        }
    }

    private static string? Problem(ProjectEvent recorded)
    {
        if (recorded.Kind is not { Length: > 0 and <= 64 } || recorded.Kind.Any(c => c is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '.' or '-')))
        {
            return "the kind is not lower-case words with dots.";
        }

        if (s_shardKinds.Contains(recorded.Kind))
        {
            return "this kind belongs to the shards of pairs.";
        }

        if (recorded.Key is not { Length: > 0 and <= 200 })
        {
            return "the key is not 1 to 200 characters.";
        }

        try
        {
            using var body = JsonDocument.Parse(recorded.Body);
            return body.RootElement.ValueKind is JsonValueKind.Object ? null : "the body is not a JSON object.";
        }
        catch (JsonException malformed)
        {
            return $"the body is not JSON ({malformed.Message})";
        }
    }
}
