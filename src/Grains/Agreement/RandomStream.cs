namespace Orleans.Dpo.Grains.Agreement;

/// <summary>SplitMix64 (Steele, Lea, Flood 2014): a stream of numbers that is a function of its seed alone.</summary>
/// <param name="seed">Any number.</param>
internal struct RandomStream(ulong seed)
{
    private ulong _state = seed;

    /// <summary>The next 64 bits.</summary>
    public ulong Next()
    {
        _state += 0x9E37_79B9_7F4A_7C15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        return z ^ (z >> 31);
    }

    /// <summary>An index below <paramref name="count"/>; no index is likelier than another by more than count / 2^64.</summary>
    public int Below(int count) => (int)Math.BigMul(Next(), (ulong)count, out _);

    /// <summary>A number in [0, 1).</summary>
    public double Unit() => (Next() >> 11) * (1.0 / 9007199254740992);
}
