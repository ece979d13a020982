namespace Orleans.Dpo.Grains.Agreement;

/// <summary>Whether a pair needs more votes.</summary>
public enum RouteState
{
    /// <summary>Yes.</summary>
    Open,

    /// <summary>No: it is known which response is better.</summary>
    Confident,

    /// <summary>No: it has the most votes that it may have and is still not known; a senior decides.</summary>
    Adjudicate,
}
