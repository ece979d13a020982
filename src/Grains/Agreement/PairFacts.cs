using System.Runtime.InteropServices;
using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>What the model keeps of a pair: 64 bytes.</summary>
internal struct PairFacts : IIdentified
{
    private ulong _idHigh;
    private ulong _idLow;

    /// <summary>Index in the joint model from the first vote on, else −1.</summary>
    public int Item;

    /// <summary>Newest judgment, chained to older ones; −1 for none.</summary>
    public int Newest;
    public int LengthA;
    public int LengthB;
    public int LengthPrompt;
    public int SourceA;
    public int SourceB;
    public short Shard;
    public short Overlap;
    public short Least;
    public short Wanted;
    public short Counted;
    public short Skips;
    public short Reports;
    private byte _purpose;
    private byte _gold;
    public bool Closed;
    public bool Disputed;
    public bool Confident;

    /// <summary>Waits to be brought up to date.</summary>
    public bool Touched;

    public UInt128 Id
    {
        readonly get => new(_idHigh, _idLow);
        set => (_idHigh, _idLow) = ((ulong)(value >> 64), (ulong)value);
    }

    public Purpose Purpose
    {
        readonly get => (Purpose)_purpose;
        set => _purpose = (byte)value;
    }

    /// <summary>Right answer of gold; <see cref="Choice.Skip"/> for other pairs.</summary>
    public Choice Gold
    {
        readonly get => (Choice)_gold;
        set => _gold = (byte)value;
    }

    public readonly bool InReview => Skips >= LedgerShardRules.SkipsForReview || Reports > 0;

    public readonly bool IsOpen => Purpose is Purpose.Vote && !Closed && !InReview && Counted < Wanted;

    /// <summary>Words of prompt and responses, at six bytes a word.</summary>
    public readonly int Words => (LengthA + LengthB + LengthPrompt) / 6;

    public readonly double Style => JointInput.LengthDifference(LengthA, LengthB);

    /// <summary>The response that gold calls better is the longer one.</summary>
    public readonly bool LongWins => IsLonger(Gold);

    public readonly bool IsLonger(Choice winner) => winner is Choice.A ? LengthA > LengthB : LengthB > LengthA;
}

/// <summary>One judgment: 44 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct Said
{
    private const byte LeftFlag = 1;
    private const byte LiveFlag = 2;
    private const byte CountedFlag = 4;
    private const byte ReportedFlag = 8;
    private ulong _idHigh;
    private ulong _idLow;
    public long Ticks;
    public int Pair;
    public int Annotator;
    public int Older;
    public int ActiveMilliseconds;
    private byte _choice;
    private byte _purpose;
    public sbyte Strength;
    private byte _flags;

    public UInt128 Id
    {
        readonly get => new(_idHigh, _idLow);
        set => (_idHigh, _idLow) = ((ulong)(value >> 64), (ulong)value);
    }

    public Choice Choice
    {
        readonly get => (Choice)_choice;
        set => _choice = (byte)value;
    }

    public Purpose Purpose
    {
        readonly get => (Purpose)_purpose;
        set => _purpose = (byte)value;
    }

    public bool AOnLeft
    {
        readonly get => Has(LeftFlag);
        set => Set(LeftFlag, value);
    }

    public bool Live
    {
        readonly get => Has(LiveFlag);
        set => Set(LiveFlag, value);
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

    /// <summary>Fills a slot and says something of the pair.</summary>
    public readonly bool IsVote => Live && Counted && Purpose is Purpose.Vote && Choice is not Choice.Skip;

    public readonly bool IsLeft => Choice is Choice.A == AOnLeft;

    private readonly bool Has(byte flag) => (_flags & flag) != 0;

    private void Set(byte flag, bool value) => _flags = (byte)(value ? _flags | flag : _flags & ~flag);
}

/// <summary>What the model keeps of a pair with votes: 16 bytes.</summary>
internal struct ItemFacts
{
    /// <summary>What one more vote is worth a second; not a number while the pair is not to be given.</summary>
    public double Score;
    public int Pair;
    public int Shard;
}

/// <summary>What the model keeps of an annotator.</summary>
internal sealed class AnnotatorFacts(Annotators.AnnotatorId id)
{
    public Annotators.AnnotatorId Id { get; } = id;

    /// <summary>Votes in their order, withdrawn ones too.</summary>
    public List<int> Votes { get; } = [];

    /// <summary>First answers that name a side. Shards are read one after another, so they are put in order of time when they are looked at.</summary>
    public List<int> Sides { get; } = [];

    public List<int> Gold { get; } = [];

    public List<int> Repeats { get; } = [];

    /// <summary>Pairs leased to him as gold, or refused by the shard.</summary>
    public HashSet<int> GoldGiven { get; } = [];

    public HashSet<int> RepeatGiven { get; } = [];

    public int GoldLeft { get; set; }

    public int GoldLong { get; set; }

    public int RepeatLeft { get; set; }

    public int RepeatLong { get; set; }

    /// <summary>Evidence before this moment was judged already by whoever lifted the pause.</summary>
    public long ForgivenTicks { get; set; }

    public bool Paused { get; set; }
}
