using Orleans.Dpo.Grains.Agreement;

namespace Orleans.Dpo.Grains.Tests.Agreement;

public sealed class SequenceEvidenceTests
{
    [Theory]
    [InlineData("L")]
    [InlineData("LR")]
    [InlineData("LLR")]
    public void A_pattern_without_reading_is_evident_after_sixty_votes(string pattern)
    {
        bool[] sides = [.. Enumerable.Range(0, 60).Select(n => pattern[n % pattern.Length] is 'L')];
        Assert.True(SequenceEvidence.Pattern(sides) > 20, $"{SequenceEvidence.Pattern(sides)}");
    }

    [Fact]
    public void Honest_sides_raise_a_false_alarm_at_any_time_no_oftener_than_promised()
    {
        var alarms = 0;
        for (var person = 0; person < 300; person++)
        {
            var sides = Coins((ulong)person + 1, 120);
            alarms += Enumerable.Range(1, 120).Any(seen => SequenceEvidence.Pattern(sides.AsSpan(0, seen)) >= Math.Log(20)) ? 1 : 0;
        }

        Assert.True(alarms <= 0.05 * 300, $"{alarms} of 300 for alpha 0.05");
    }

    [Fact]
    public void The_mean_of_an_e_value_over_all_sequences_is_one()
    {
        var (pattern, match, one) = (0.0, 0.0, Coins(3, 12));
        for (var bits = 0; bits < 4096; bits++)
        {
            bool[] sides = [.. Enumerable.Range(0, 12).Select(n => ((bits >> n) & 1) is 1)];
            pattern += Math.Exp(SequenceEvidence.Pattern(sides)) / 4096;
            match += Math.Exp(SequenceEvidence.Match(sides, one)) / 4096;
        }

        Assert.Equal(1, pattern, 1e-9);
        Assert.Equal(1, match, 1e-9);
    }

    [Fact]
    public void A_copied_script_is_evident_and_only_it_is_believed_among_many()
    {
        var people = Enumerable.Range(0, 40).Select(person => Coins((ulong)person + 900, 80)).ToArray();
        people[31] = [.. people[4].Take(76), .. people[31].Skip(76)];
        var pairs = (from i in Enumerable.Range(0, 40) from j in Enumerable.Range(i + 1, 39 - i) select (I: i, J: j)).ToArray();
        var believed = FalseDiscovery.ByLogEValues([.. pairs.Select(pair => SequenceEvidence.Match(people[pair.I], people[pair.J]))], 0.05);
        Assert.Equal([(4, 31)], pairs.Where((_, n) => believed[n]));
    }

    [Fact]
    public void Benjamini_and_Hochbergs_own_example_rejects_four()
    {
        double[] p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0];
        Assert.Equal([true, true, true, true], FalseDiscovery.ByPValues(p, 0.05).TakeWhile(believed => believed));
        Assert.Equal(4, FalseDiscovery.ByPValues(p, 0.05).Count(believed => believed));
        Assert.Empty(FalseDiscovery.ByPValues([], 0.05));
        Assert.Empty(FalseDiscovery.ByLogEValues([], 0.05));
    }

    private static bool[] Coins(ulong seed, int count)
    {
        var stream = new RandomStream(seed * 7919);
        return [.. Enumerable.Range(0, count).Select(_ => stream.Unit() < 0.5)];
    }
}
