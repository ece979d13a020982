namespace Orleans.Dpo.Grains.Agreement;

/// <summary>
/// exp, log and their kin from + − × ÷, floor and bit operations alone, in a fixed order, so that the same argument gives the same bits on every machine:
/// numbers that are printed into datasets depend on no mathematics library.
/// </summary>
/// <remarks>
/// Within 2 units in the last place of the exact value; the tests compare with 50-digit arithmetic. Method: Cody and Waite's reduction by multiples of ln 2 in two parts
/// (Software Manual for the Elementary Functions, 1980), Taylor's series of e^r on |r| ≤ ½ ln 2, and log(1+f) = f − f²/2 + s(f²/2 + R(s²)) with s = f/(2+f).
/// Arguments outside a domain give what <see cref="Math"/> gives.
/// </remarks>
public static class DeterministicMath
{
    /// <summary>Upper 32 bits of ln 2: a product with a number below 2²¹ is exact.</summary>
    private static readonly double s_ln2High = BitConverter.UInt64BitsToDouble(0x3FE6_2E42_FEE0_0000);

    /// <summary>ln 2 less <see cref="s_ln2High"/>.</summary>
    private static readonly double s_ln2Low = BitConverter.UInt64BitsToDouble(0x3DEA_39EF_3579_3C76);

    /// <summary>1 / ln 2.</summary>
    private static readonly double s_inverseLn2 = BitConverter.UInt64BitsToDouble(0x3FF7_1547_652B_82FE);

    /// <summary>e^<paramref name="x"/>.</summary>
    public static double Exp(double x)
    {
        if (double.IsNaN(x))
        {
            return x;
        }

        if (x > 709.79)
        {
            return double.PositiveInfinity;
        }

        if (x < -745.2)
        {
            return 0;
        }

        var power = Math.Floor((x * s_inverseLn2) + 0.5);
        return Scale(1 + ReducedExpm1(x, power), (int)power);
    }

    /// <summary>e^<paramref name="x"/> − 1, precise near 0.</summary>
    public static double Expm1(double x)
    {
        if (double.IsNaN(x) || x is 0)
        {
            return x;
        }

        if (x > 709.79)
        {
            return double.PositiveInfinity;
        }

        if (x < -40)
        {
            return -1;
        }

        var power = Math.Floor((x * s_inverseLn2) + 0.5);
        var rest = ReducedExpm1(x, power);
        var k = (int)power;
        return k switch
        {
            0 => rest,
            > 60 => Scale(1 + rest, k),
            // 2^k(1 + rest) − 1 without the rounding of 1 + rest.
            _ => (PowerOfTwo(k) - 1) + (PowerOfTwo(k) * rest),
        };
    }

    /// <summary>Natural logarithm.</summary>
    public static double Log(double x)
    {
        if (double.IsNaN(x) || double.IsPositiveInfinity(x))
        {
            return x;
        }

        if (x <= 0)
        {
            return x is 0 ? double.NegativeInfinity : double.NaN;
        }

        var power = 0;
        if (x < 2.2250738585072014e-308)
        {
            x *= 18014398509481984;   // 2^54 makes a subnormal number normal
            power = -54;
        }

        var bits = BitConverter.DoubleToUInt64Bits(x);
        power += (int)(bits >> 52) - 1023;
        var mantissa = BitConverter.UInt64BitsToDouble((bits & 0x000F_FFFF_FFFF_FFFF) | 0x3FF0_0000_0000_0000);
        if (mantissa > 1.4142135623730951)
        {
            mantissa *= 0.5;
            power++;
        }

        var f = mantissa - 1;
        var s = f / (2 + f);
        var half = 0.5 * f * f;
        var tail = s * (half + Atanh(s * s));
        return (power * s_ln2High) - ((half - (tail + (power * s_ln2Low))) - f);
    }

    /// <summary>log(1 + <paramref name="x"/>), precise near 0.</summary>
    public static double Log1p(double x)
    {
        var sum = 1 + x;
        if (sum is 1 || double.IsPositiveInfinity(sum) || !(sum > 0))
        {
            return sum is 1 ? x : Log(sum);
        }

        var lost = x > 1 ? 1 - (sum - x) : x - (sum - 1);
        return Log(sum) + (lost / sum);
    }

    /// <summary>1 / (1 + e^−<paramref name="x"/>), without overflow on either side.</summary>
    public static double Sigmoid(double x)
    {
        if (x >= 0)
        {
            return 1 / (1 + Exp(-x));
        }

        var odds = Exp(x);
        return odds / (1 + odds);
    }

    /// <summary>e^r − 1 for r = x − power·ln 2, |r| ≤ 0.35.</summary>
    private static double ReducedExpm1(double x, double power)
    {
        var high = x - (power * s_ln2High);
        var low = power * s_ln2Low;
        var r = high - low;
        var lost = (high - r) - low;   // what the rounding of r lost
        var series = (1.0 / 87178291200) * r;
        series = ((1.0 / 6227020800) + series) * r;
        series = ((1.0 / 479001600) + series) * r;
        series = ((1.0 / 39916800) + series) * r;
        series = ((1.0 / 3628800) + series) * r;
        series = ((1.0 / 362880) + series) * r;
        series = ((1.0 / 40320) + series) * r;
        series = ((1.0 / 5040) + series) * r;
        series = ((1.0 / 720) + series) * r;
        series = ((1.0 / 120) + series) * r;
        series = ((1.0 / 24) + series) * r;
        series = ((1.0 / 6) + series) * r;
        return r + ((r * r * (0.5 + series)) + lost);
    }

    /// <summary>2·(atanh(s)/s − 1) as a series in z = s² ≤ 0.0295.</summary>
    private static double Atanh(double z)
    {
        var series = (2.0 / 25) * z;
        series = ((2.0 / 23) + series) * z;
        series = ((2.0 / 21) + series) * z;
        series = ((2.0 / 19) + series) * z;
        series = ((2.0 / 17) + series) * z;
        series = ((2.0 / 15) + series) * z;
        series = ((2.0 / 13) + series) * z;
        series = ((2.0 / 11) + series) * z;
        series = ((2.0 / 9) + series) * z;
        series = ((2.0 / 7) + series) * z;
        series = ((2.0 / 5) + series) * z;
        return ((2.0 / 3) + series) * z;
    }

    /// <summary>value·2^k in two steps, so that neither leaves the range of normal numbers.</summary>
    private static double Scale(double value, int k) => value * PowerOfTwo(k / 2) * PowerOfTwo(k - (k / 2));

    private static double PowerOfTwo(int k) => BitConverter.UInt64BitsToDouble((ulong)(k + 1023) << 52);
}
