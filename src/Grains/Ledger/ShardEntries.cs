namespace Orleans.Dpo.Grains.Ledger;

/// <summary>What the shard keeps of a pair; its row is read from the segment when somebody needs it.</summary>
internal struct PairEntry
{
    public UInt128 Id;
    public long Offset;
    public int Length;
    public int Segment;
    public int Origin;
    public int Priority;
    public int FirstLease;
    public int FirstJudgment;
    public short Overlap;
    public short Counted;
    public short Leased;
    public short Skips;
    public short Reports;
    public byte Purpose;
    public bool Closed;

    /// <summary>Three skips or a report.</summary>
    public readonly bool InReview => Skips >= LedgerShardRules.SkipsForReview || Reports > 0;

    /// <summary>More votes are wanted.</summary>
    public readonly bool IsOpen => !Closed && !InReview && Counted < Overlap;

    /// <summary>Slots that are neither filled nor leased.</summary>
    public readonly int Free => Overlap - Counted - Leased;
}

/// <summary>A lease that was given at some time. All are kept: a judgment may come under any of them.</summary>
internal struct LeaseEntry
{
    public UInt128 Id;
    public long Expires;
    public int Pair;
    public int Annotator;
    public int Minutes;
    public int NextOfPair;
    public bool Active;
}

/// <summary>A judgment or an undo.</summary>
internal struct JudgmentEntry
{
    public UInt128 Id;
    public UInt128 Body;
    public long Seq;
    public long Time;
    public long EndedSeq;
    public int Pair;
    public int Annotator;
    public int NextOfPair;
    public byte Choice;
    public byte Strength;
    public bool Counted;
    public bool Reported;

    public readonly bool IsLive => EndedSeq == 0;

    public readonly bool WasLiveAt(long seq) => Seq <= seq && (EndedSeq == 0 || EndedSeq > seq);
}
