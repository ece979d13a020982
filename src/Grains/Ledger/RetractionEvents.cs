using Orleans.Dpo.Grains.Pairs;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>An operator took a judgment out: it is live no more, its slot is free, and the pair may be leased again.</summary>
/// <param name="Id">The retraction it belongs to, such as <c>t3</c>.</param>
/// <param name="Judgment">The judgment.</param>
/// <param name="Pair">Its pair.</param>
/// <param name="Reason">Why, in the operator's words.</param>
/// <param name="By">Id of who decided.</param>
public sealed record JudgmentRetracted(string Id, JudgmentId Judgment, PairId Pair, string Reason, string By) : LedgerEvent
{
    /// <inheritdoc/>
    public override string Kind => "judgment.retracted";
}

/// <summary>A retracted judgment is live again.</summary>
/// <param name="Id">The retraction that was taken back.</param>
/// <param name="Judgment">The judgment.</param>
/// <param name="Pair">Its pair.</param>
/// <param name="Counted">It fills a slot again; false when it never did, or when its slot is taken now.</param>
/// <param name="Reason">Why.</param>
/// <param name="By">Id of who decided.</param>
public sealed record JudgmentReinstated(string Id, JudgmentId Judgment, PairId Pair, bool Counted, string Reason, string By) : LedgerEvent
{
    /// <inheritdoc/>
    public override string Kind => "judgment.reinstated";
}
