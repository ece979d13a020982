using System.ComponentModel.DataAnnotations;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>Limits of the ledger's writer. The defaults are measured (docs/formats/ledger.md) and seldom need a change.</summary>
public sealed class LedgerOptions
{
    /// <summary>Configuration section.</summary>
    public const string SectionName = "Ledger";

    /// <summary>Most events of one append.</summary>
    [Range(1, 100_000)] public int BatchEvents { get; set; } = 512;

    /// <summary>Bytes at which an append takes no more events; Azure allows 4 MiB.</summary>
    [Range(1 << 10, 1 << 22)] public int BatchBytes { get; set; } = 1 << 20;

    /// <summary>Appends at which the next segment is opened; Azure allows 50,000.</summary>
    [Range(1, 50_000)] public int SegmentAppends { get; set; } = 40_000;

    /// <summary>Bytes at which the next segment is opened.</summary>
    [Range(1 << 10, 1 << 30)] public long SegmentBytes { get; set; } = 64 << 20;

    /// <summary>Events between two snapshots.</summary>
    [Range(1, 100_000_000)] public long SnapshotEvents { get; set; } = 20_000;
}
