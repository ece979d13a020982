using System.Text.Json;
using Orleans.Dpo.Grains.Agreement;

namespace Orleans.Dpo.Grains.Tests.Agreement;

public sealed class DeterministicMathTests
{
    private static readonly JsonElement s_golden = AgreementGolden.Read("mathematics.json");

    [Theory]
    [InlineData("exp")]
    [InlineData("expm1")]
    [InlineData("log")]
    [InlineData("log1p")]
    [InlineData("sigmoid")]
    public void A_function_is_within_two_units_in_the_last_place_of_the_exact_value(string name)
    {
        Func<double, double> function = name switch
        {
            "exp" => DeterministicMath.Exp,
            "expm1" => DeterministicMath.Expm1,
            "log" => DeterministicMath.Log,
            "log1p" => DeterministicMath.Log1p,
            _ => DeterministicMath.Sigmoid,
        };
        foreach (var pair in s_golden.GetProperty(name).EnumerateArray())
        {
            var (x, expected) = (AgreementGolden.Hexadecimal(pair[0].GetString()!), AgreementGolden.Hexadecimal(pair[1].GetString()!));
            var apart = Math.Abs(BitConverter.DoubleToInt64Bits(expected) - BitConverter.DoubleToInt64Bits(function(x)));
            Assert.True(apart <= 2, $"{name}({x:R}) is {function(x):R}, exactly {expected:R}: {apart} units apart");
        }
    }

    [Fact]
    public void The_normal_tail_is_exact_to_twelve_digits()
    {
        foreach (var pair in s_golden.GetProperty("upper").EnumerateArray())
        {
            var (z, expected) = (AgreementGolden.Hexadecimal(pair[0].GetString()!), AgreementGolden.Hexadecimal(pair[1].GetString()!));
            Assert.InRange(NormalDistribution.Upper(z) / expected, 1 - 1e-12, 1 + 1e-12);
        }
    }

    [Fact]
    public void Ends_of_the_domain_are_those_of_the_library()
    {
        double[] ends = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0, -0.0, -1, -2, 710, -746, double.MaxValue, double.MinValue, double.Epsilon];
        foreach (var x in ends)
        {
            Assert.Equal(Math.Exp(x), DeterministicMath.Exp(x));
            Assert.Equal(Math.Log(x), DeterministicMath.Log(x));
            Assert.Equal(1 / (1 + Math.Exp(-x)), DeterministicMath.Sigmoid(x), 15);
        }

        Assert.Equal(double.NegativeInfinity, DeterministicMath.Log1p(-1));
        Assert.True(double.IsNaN(DeterministicMath.Log1p(-1.5)));
        Assert.Equal(double.PositiveInfinity, DeterministicMath.Log1p(double.PositiveInfinity));
        Assert.Equal(-1, DeterministicMath.Expm1(double.NegativeInfinity));
        Assert.Equal(double.PositiveInfinity, DeterministicMath.Expm1(double.PositiveInfinity));
        Assert.True(double.IsNegative(DeterministicMath.Expm1(-0.0)));
    }

    [Fact]
    public void A_small_step_of_the_argument_never_turns_exp_or_log_round()
    {
        for (var i = 0; i < 20_000; i++)
        {
            var x = -3 + (i * 3e-4);
            Assert.True(DeterministicMath.Exp(x + 3e-4) > DeterministicMath.Exp(x));
            Assert.True(DeterministicMath.Log(x + 3.0006) >= DeterministicMath.Log(x + 3.0003));
        }
    }
}
