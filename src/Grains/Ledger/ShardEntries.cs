using System.Runtime.InteropServices;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>What the shard keeps of a pair, 64 bytes; its row is read from the segment when somebody needs it.</summary>
internal struct PairEntry : IIdentified
{
    private ulong _idHigh;
    private ulong _idLow;
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

    /// <summary>Counted votes wanted at present: the pair's least number at first, never more than <see cref="Overlap"/>; 0 for gold.</summary>
    public short Wanted;
    public byte Purpose;
    public bool Closed;

    /// <summary>Number of responses of a ranking; nothing of a pair.</summary>
    public byte Responses;

    public UInt128 Id
    {
        readonly get => new(_idHigh, _idLow);
        set => (_idHigh, _idLow) = ((ulong)(value >> 64), (ulong)value);
    }

    /// <summary>Three skips or a report.</summary>
    public readonly bool InReview => Skips >= LedgerShardRules.SkipsForReview || Reports > 0;

    /// <summary>More votes are wanted.</summary>
    public readonly bool IsOpen => !Closed && !InReview && Counted < Wanted;

    /// <summary>Wanted slots that are neither filled nor leased.</summary>
    public readonly int Free => Wanted - Counted - Leased;
}

/// <summary>What only lists ask of a pair, 12 bytes: its prompt, and a number of who wrote the two and what labels the prompt has.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct PairNote
{
    /// <summary>The lower half of the prompt's id.</summary>
    public ulong Prompt;
    public int Text;
}

/// <summary>A lease under which nothing was judged yet; a judgment may still come. Its first judgment takes its place.</summary>
internal struct LeaseEntry
{
    private ulong _idHigh;
    private ulong _idLow;

    /// <summary>In a snapshot, when it lapses; 0 when it has ended. In memory <see cref="HeldLeases"/> knows.</summary>
    public long Expires;
    public int Pair;
    public int Annotator;
    public int NextOfPair;
    public short Minutes;
    public bool Active;

    /// <summary>What a probe is leased for; 0 for a lease that reserves one of the pair's slots.</summary>
    public byte Purpose;

    /// <summary>In place of a probability: the queue's own order.</summary>
    public const double Queued = 2;

    /// <summary>Probability with which the routing gave the pair; negative for a uniform draw, <see cref="Queued"/> for the queue's order, 0 for probes and where an older event says nothing.</summary>
    public double Routed;

    public UInt128 Id
    {
        readonly get => new(_idHigh, _idLow);
        set => (_idHigh, _idLow) = ((ulong)(value >> 64), (ulong)value);
    }

    public readonly bool IsProbe => Purpose != 0;

    /// <summary>Arm of the routing and its probability, as in the grant.</summary>
    public readonly (string? Strategy, double? Propensity) Routing => Routed is 0 ? (null, null) : Routed is Queued ? (LedgerShardRules.QueueArm, 1) : (Routed < 0 ? LedgerShardRules.UniformArm : LedgerShardRules.InformationArm, Math.Abs(Routed));
}

/// <summary>A judgment or an undo, 64 bytes: with the table of ids about 70 for each of a project's judgments.</summary>
internal struct JudgmentEntry : IIdentified
{
    private const byte CountedFlag = 1;
    private const byte ReportedFlag = 2;
    private const byte RetractedFlag = 4;
    private ulong _idHigh;
    private ulong _idLow;

    /// <summary>Half of the body's digest: enough to tell a retry from another body.</summary>
    public ulong Body;

    /// <summary>The lower half of the lease's id.</summary>
    public ulong Lease;
    public long Time;
    private uint _seq;
    private uint _endedSeq;
    public int Pair;
    public int Annotator;
    public int NextOfPair;
    public byte Choice;
    public byte Strength;

    /// <summary>The purpose of a probe; 0 for a judgment of the pair's own purpose.</summary>
    public byte Purpose;
    private byte _flags;

    public UInt128 Id
    {
        readonly get => new(_idHigh, _idLow);
        set => (_idHigh, _idLow) = ((ulong)(value >> 64), (ulong)value);
    }

    public long Seq
    {
        readonly get => _seq;
        set => _seq = checked((uint)value);
    }

    public long EndedSeq
    {
        readonly get => _endedSeq;
        set => _endedSeq = checked((uint)value);
    }

    public bool Counted
    {
        readonly get => Has(CountedFlag);
        set => Set(CountedFlag, value);
    }

    public bool Reported
    {
        readonly get => Has(ReportedFlag);
        set => Set(ReportedFlag, value);
    }

    /// <summary>Ended by a retraction, which can be taken back.</summary>
    public bool Retracted
    {
        readonly get => Has(RetractedFlag);
        set => Set(RetractedFlag, value);
    }

    public readonly bool IsLive => EndedSeq == 0;

    public readonly bool WasLiveAt(long seq) => Seq <= seq && (EndedSeq == 0 || EndedSeq > seq);

    private readonly bool Has(byte flag) => (_flags & flag) != 0;

    private void Set(byte flag, bool value) => _flags = (byte)(value ? _flags | flag : _flags & ~flag);
}
