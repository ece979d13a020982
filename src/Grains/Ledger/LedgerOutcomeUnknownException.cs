namespace Orleans.Dpo.Grains.Ledger;

/// <summary>The store did not confirm an append: it may or may not be in the ledger. Sending the same command again is safe.</summary>
[GenerateSerializer, Alias("orleans.dpo.ledger-outcome-unknown-exception")]
public sealed class LedgerOutcomeUnknownException : Exception
{
    /// <summary>Why it is unknown.</summary>
    public LedgerOutcomeUnknownException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
