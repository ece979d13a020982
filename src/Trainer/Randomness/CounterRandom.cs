using System.Numerics;

namespace Orleans.Dpo.Trainer.Randomness;

/// <summary>A random stream without state: the number at a position depends on the key and the position alone.</summary>
/// <remarks>
/// So results depend neither on the order in which numbers are asked for nor on who else asks, and a resumed run needs no generator state.
/// The mixing is the finaliser of SplitMix64 (Steele, Lea, Flood 2014) over a Weyl sequence, the same on every machine.
/// </remarks>
internal readonly record struct CounterRandom(ulong Key)
{
    private const ulong Weyl = 0x9E3779B97F4A7C15;

    /// <summary>Distance of two neighbouring positions before mixing, and the two factors of the mixing.</summary>
    internal const long Step = unchecked((long)Weyl);
    internal const ulong FirstFactor = 0xBF58476D1CE4E5B9;
    internal const ulong SecondFactor = 0x94D049BB133111EB;

    /// <summary>A stream of its own for each list of parts.</summary>
    public static CounterRandom From(params ReadOnlySpan<long> parts)
    {
        var key = 0x6A09E667F3BCC909UL;
        foreach (var part in parts)
        {
            key = Mix((key * 0xD1342543DE82EF95) + Mix((ulong)part + Weyl));
        }

        return new CounterRandom(key);
    }

    public ulong Bits(long position) => Mix(Key + ((ulong)position * Weyl));

    /// <summary>Uniform in (0, 1): never 0 and never 1, so a logarithm is safe.</summary>
    public double Uniform(long position) => ((Bits(position) >> 11) + 0.5) * (1.0 / (1UL << 53));

    /// <summary>What is added to the key at each of the first positions, as signed numbers that wrap.</summary>
    public static long[] Steps(int count)
    {
        var steps = new long[count];
        for (var i = 0; i < count; i++)
        {
            steps[i] = unchecked(i * Step);
        }

        return steps;
    }

    /// <summary><see cref="Uniform"/> of neighbouring positions, several at a time.</summary>
    public void Uniforms(long first, Span<double> result)
    {
        var lanes = Vector<ulong>.Count;
        var steps = new Vector<ulong>();
        for (var lane = 0; lane < lanes; lane++)
        {
            steps = steps.WithElement(lane, (ulong)lane * Weyl);
        }

        var whole = result.Length - (result.Length % lanes);
        for (var i = 0; i < whole; i += lanes)
        {
            var bits = Mix(new Vector<ulong>(Key + ((ulong)(first + i) * Weyl)) + steps);
            ((Vector.ConvertToDouble(Vector.AsVectorInt64(bits >>> 11)) + new Vector<double>(0.5)) * (1.0 / (1UL << 53))).CopyTo(result[i..]);
        }

        for (var i = whole; i < result.Length; i++)
        {
            result[i] = Uniform(first + i);
        }
    }

    /// <summary>Standard normal, by Box and Muller from two positions.</summary>
    public double Normal(long position)
    {
        var radius = Math.Sqrt(-2 * Math.Log(Uniform(2 * position)));
        return radius * Math.Cos(2 * Math.PI * Uniform((2 * position) + 1));
    }

    /// <summary>The numbers 0 … count − 1 in random order (Fisher and Yates).</summary>
    public int[] Permutation(int count)
    {
        var order = new int[count];
        for (var i = 0; i < count; i++)
        {
            order[i] = i;
        }

        for (var i = count - 1; i > 0; i--)
        {
            var other = (int)(Uniform(i) * (i + 1));
            (order[i], order[other]) = (order[other], order[i]);
        }

        return order;
    }

    private static Vector<ulong> Mix(Vector<ulong> z)
    {
        z = (z ^ (z >>> 30)) * FirstFactor;
        z = (z ^ (z >>> 27)) * SecondFactor;
        return z ^ (z >>> 31);
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * FirstFactor;
        z = (z ^ (z >> 27)) * SecondFactor;
        return z ^ (z >> 31);
    }
}
