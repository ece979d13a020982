namespace Orleans.Dpo.Grains.Ledger;

/// <summary>Durable bytes of the ledger are not what was written. Nothing repairs this by itself: restore the named blob from a copy.</summary>
[GenerateSerializer, Alias("orleans.dpo.ledger-corrupt-exception")]
public sealed class LedgerCorruptException : Exception
{
    /// <summary>An error about one place.</summary>
    /// <param name="blob">The damaged blob.</param>
    /// <param name="offset">Byte at which the damaged line begins.</param>
    /// <param name="seq">Sequence number of the event expected there.</param>
    /// <param name="problem">What is wrong.</param>
    public LedgerCorruptException(string blob, long offset, long seq, string problem)
        : base($"'{blob}' is damaged at byte {offset}, event {seq}: {problem} Restore this blob from a copy.") =>
        (Blob, Offset, Seq) = (blob, offset, seq);

    /// <summary>The damaged blob.</summary>
    [Id(0)] public string Blob { get; private set; }

    /// <summary>Byte at which the damaged line begins.</summary>
    [Id(1)] public long Offset { get; private set; }

    /// <summary>Sequence number of the event expected there.</summary>
    [Id(2)] public long Seq { get; private set; }
}
