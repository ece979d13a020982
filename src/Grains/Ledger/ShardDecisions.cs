using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>What a wish for pairs becomes.</summary>
internal readonly record struct LeaseDecision(LeaseGranted? Granted, int Left, int HeldByOthers, long? NextLapse);

/// <summary>What a submitted judgment becomes: up to three events in this order, or none when it is stored already or refused.</summary>
internal readonly record struct SubmitDecision
{
    public SubmitDecision(bool counted) => Counted = counted;

    public SubmitDecision(Refusal refusal) => Refusal = refusal;

    /// <summary>It fills a slot.</summary>
    public bool Counted { get; }

    public Refusal? Refusal { get; }

    /// <summary>The newer lease that gives way. It goes first: if only it survives a crash, nobody was told anything yet.</summary>
    public LeaseRevoked? Revoked { get; init; }

    /// <summary><see cref="JudgmentRecorded"/> or <see cref="JudgmentWithdrawn"/>.</summary>
    public LedgerEvent? Judgment { get; init; }

    public PairReview? Review { get; init; }
}
