namespace Orleans.Dpo.Grains.Ledger;

/// <summary>What an annotator can say of a pair. A and B are the canonical order, never the shown one.</summary>
public enum Choice
{
    /// <summary>A is better.</summary>
    A,

    /// <summary>B is better.</summary>
    B,

    /// <summary>Equally good.</summary>
    Tie,

    /// <summary>Both unusable.</summary>
    BothBad,

    /// <summary>No verdict; frees the slot and keeps this annotator away from the pair.</summary>
    Skip,

    /// <summary>An order of the responses of a ranking.</summary>
    Ranked,
}

/// <summary>Why a pair was judged.</summary>
public enum Purpose
{
    /// <summary>Counts towards the pair's overlap and the datasets.</summary>
    Vote,

    /// <summary>The same pair again, mirrored, for self-consistency.</summary>
    Repeat,

    /// <summary>A pair with a known answer.</summary>
    Gold,

    /// <summary>A senior verdict on a contested pair.</summary>
    Adjudication,

    /// <summary>Policy against policy on a held-out prompt: for the gate, never for a dataset.</summary>
    HeadToHead,

    /// <summary>Learning the screen.</summary>
    Practice,

    /// <summary>A model's, beside the slots: in no majority.</summary>
    Machine,

    /// <summary>An order of two to eight responses: counts towards the overlap of its ranking; datasets make pairs or Plackett–Luce rows of it.</summary>
    Ranking,
}

/// <summary>The order two responses were shown in.</summary>
public enum ShownOrder
{
    /// <summary>A on the left.</summary>
    Ab,

    /// <summary>B on the left.</summary>
    Ba,
}

/// <summary>A verdict in canonical order.</summary>
/// <param name="Choice">The choice.</param>
/// <param name="Strength">1 slightly, 2 clearly, 3 much; only with A or B, else null.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.verdict")]
public sealed record Verdict(Choice Choice, int? Strength);
