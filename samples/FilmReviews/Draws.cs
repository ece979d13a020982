namespace Orleans.Dpo.Samples.FilmReviews;

/// <summary>A small random generator (SplitMix64) whose numbers are the same on every machine and every version of .NET.</summary>
internal sealed class Draws(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A generator for one named thing: equal seeds and names give equal numbers.</summary>
    public static Draws For(ulong seed, params ReadOnlySpan<string> names)
    {
        var hash = seed ^ 0xCBF29CE484222325;   // FNV-1a over the names, each closed by a separator
        foreach (var name in names)
        {
            foreach (var character in name)
            {
                hash = (hash ^ character) * 0x100000001B3;
            }

            hash = (hash ^ 0xFFFF) * 0x100000001B3;
        }

        return new Draws(hash);
    }

    public ulong Next()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double Uniform() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in 0 … count − 1.</summary>
    public int Below(int count) => (int)(Uniform() * count);

    /// <summary>Standard normal, by Box and Muller.</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Uniform())) * Math.Cos(2 * Math.PI * Uniform());

    /// <summary>Standard logistic.</summary>
    public double Logistic()
    {
        var u = Math.Clamp(Uniform(), 1e-12, 1 - 1e-12);
        return Math.Log(u / (1 - u));
    }
}
