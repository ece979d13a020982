namespace Orleans.Dpo.Silo.Api;

/// <summary>What a lease is wished for.</summary>
internal enum TaskKind
{
    /// <summary>Two responses to compare.</summary>
    Pair,

    /// <summary>Two to eight responses to put in order.</summary>
    Ranking,
}
