using System.Globalization;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Projects;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>Names of one shard's blobs.</summary>
internal readonly record struct LedgerFolder(string Project, string Shard)
{
    /// <summary>The shard of all events that are not about one pair.</summary>
    public const string ProjectShard = "_project";

    /// <summary>What the names of all segments begin with.</summary>
    public string Prefix => $"projects/{Project}/ledger/{Shard}/";

    /// <summary>What the names of all snapshots begin with.</summary>
    public string SnapshotPrefix => $"projects/{Project}/snapshots/{Shard}-";

    /// <summary>The shard of a grain key <c>{project}/{shard}</c>.</summary>
    public static LedgerFolder Parse(string key)
    {
        var parts = key.Split('/');
        return parts.Length == 2 && ProjectId.TryParse(parts[0], out _) && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var shard)
            && parts[1] == shard.ToString(CultureInfo.InvariantCulture)
            ? new(parts[0], parts[1])
            : throw new FormatException($"'{key}' is not the key of a ledger shard: project/number.");
    }

    public static LedgerFolder OfProject(string project) => new(StringId.Parse<ProjectId>(project).Value, ProjectShard);

    /// <summary>A segment's blob; numbers begin at 1.</summary>
    public string Segment(int number) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{number:D8}.jsonl");

    /// <summary>A snapshot's blob; names sort by sequence number.</summary>
    public string Snapshot(long seq) => string.Create(CultureInfo.InvariantCulture, $"{SnapshotPrefix}{seq:D12}.bin");

    /// <summary>The number in a segment's name.</summary>
    public bool TrySegment(string blob, out int number)
    {
        number = 0;
        return blob.StartsWith(Prefix, StringComparison.Ordinal)
            && int.TryParse(blob.AsSpan(Prefix.Length, Math.Min(8, blob.Length - Prefix.Length)), NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && blob == Segment(number);
    }
}
