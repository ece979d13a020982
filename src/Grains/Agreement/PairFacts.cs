using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>What the model keeps of a pair.</summary>
internal struct PairFacts
{
    public UInt128 Id;

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
    public Purpose Purpose;
    public bool Closed;
    public bool Disputed;
    public bool Confident;

    /// <summary>Right answer of gold; <see cref="Choice.Skip"/> for other pairs.</summary>
    public Choice Gold;

    public readonly bool InReview => Skips >= LedgerShardRules.SkipsForReview || Reports > 0;

    public readonly bool IsOpen => Purpose is Purpose.Vote && !Closed && !InReview && Counted < Wanted;

    /// <summary>Words of prompt and responses, at six bytes a word.</summary>
    public readonly int Words => (LengthA + LengthB + LengthPrompt) / 6;

    public readonly double Style => JointInput.LengthDifference(LengthA, LengthB);

    /// <summary>The response that gold calls better is the longer one.</summary>
    public readonly bool LongWins => IsLonger(Gold);

    public readonly bool IsLonger(Choice winner) => winner is Choice.A ? LengthA > LengthB : LengthB > LengthA;
}

/// <summary>One judgment.</summary>
internal struct Said
{
    public UInt128 Id;
    public long Ticks;
    public int Pair;
    public int Annotator;
    public int Older;
    public int ActiveMilliseconds;
    public Choice Choice;
    public Purpose Purpose;
    public sbyte Strength;
    public bool AOnLeft;
    public bool Live;
    public bool Counted;
    public bool Reported;

    /// <summary>Fills a slot and says something of the pair.</summary>
    public readonly bool IsVote => Live && Counted && Purpose is Purpose.Vote && Choice is not Choice.Skip;

    public readonly bool IsLeft => Choice is Choice.A == AOnLeft;
}

/// <summary>What the model keeps of an annotator.</summary>
internal sealed class AnnotatorFacts(Annotators.AnnotatorId id)
{
    public Annotators.AnnotatorId Id { get; } = id;

    /// <summary>Votes in their order, withdrawn ones too.</summary>
    public List<int> Votes { get; } = [];

    /// <summary>For each first answer that names a side when it came and whether that was the left one. Shards are read one after another, so they are put in order of time when they are looked at.</summary>
    public List<(long Ticks, bool Left)> Sides { get; } = [];

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
