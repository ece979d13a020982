using System.Runtime.InteropServices;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>Leases of one annotator that have not ended. All were renewed at one moment, so that renewing hundreds of them costs no more than one.</summary>
internal sealed class HeldLeases
{
    /// <summary>Their places.</summary>
    public List<int> Leases { get; } = [];

    /// <summary>Time of the annotator's last event: a lease ends its own minutes after it.</summary>
    public long Renewed { get; set; }

    /// <summary>No lease has fewer minutes; one that has ended may have had so few.</summary>
    public short LeastMinutes { get; set; } = short.MaxValue;

    /// <summary>Nothing lapses before this.</summary>
    public long FirstLapse => Leases.Count == 0 ? long.MaxValue : Renewed + LedgerTime.Minutes(LeastMinutes);

    public long Expires(in LeaseEntry lease) => Renewed + LedgerTime.Minutes(lease.Minutes);

    public Span<int> AsSpan() => CollectionsMarshal.AsSpan(Leases);
}
