using Orleans.Dpo.Grains.Agreement;

namespace Orleans.Dpo.Grains.Tests.Agreement;

/// <summary>Over many honest crowds, drawn from seeds, an alarm comes no oftener than the page promises; planted cheats are found. Rates are exact numbers of these seeds; bounds leave three standard errors.</summary>
public sealed class FalseAlarmTests
{
    [Fact]
    public void Among_honest_crowds_hardly_any_has_someone_named_for_a_pattern_or_a_shared_script()
    {
        const int Crowds = 400;
        var (patterns, scripts) = (0, 0);
        for (var crowd = 0; crowd < Crowds; crowd++)
        {
            var people = Enumerable.Range(0, 12).Select(person => Coins((ulong)((crowd * 100) + person + 1), 30 + (15 * person))).ToArray();
            patterns += Believed([.. people.Select(sides => SequenceEvidence.Pattern(sides))]) > 0 ? 1 : 0;
            scripts += Believed([.. Pairs(12).Select(pair => SequenceEvidence.Match(people[pair.I], people[pair.J]))]) > 0 ? 1 : 0;
        }

        // All hypotheses are true here, so the false discovery rate is the share of crowds with any finding.
        Assert.InRange(patterns / (double)Crowds, 0, Bound(QualityAnalysis.FalseShare, Crowds));
        Assert.InRange(scripts / (double)Crowds, 0, Bound(QualityAnalysis.FalseShare, Crowds));
    }

    [Fact]
    public void Looked_at_after_every_vote_an_honest_annotator_raises_an_alarm_with_the_promised_chance_at_most()
    {
        const int People = 2000;
        var alarms = 0;
        for (var person = 0; person < People; person++)
        {
            var sides = Coins((ulong)person + 500_000, 80);
            for (var seen = 1; seen <= sides.Length; seen++)
            {
                if (SequenceEvidence.Pattern(sides.AsSpan(0, seen)) >= Math.Log(20))
                {
                    alarms++;
                    break;
                }
            }
        }

        Assert.InRange(alarms / (double)People, 0, 0.05);
    }

    [Theory]
    [InlineData(0.0, 40)]     // the same side each time
    [InlineData(0.1, 100)]    // with one vote in ten at random
    public void A_spammer_and_two_with_one_script_are_named_among_eleven_honest_ones(double noise, int votes)
    {
        var (patterns, scripts, accused) = (0, 0, 0);
        const int Crowds = 100;
        for (var crowd = 0; crowd < Crowds; crowd++)
        {
            var people = Enumerable.Range(0, 12).Select(person => Coins((ulong)((crowd * 100) + person + 7_000_000), votes)).ToArray();
            var stream = new RandomStream((ulong)crowd + 1);
            people[0] = [.. Enumerable.Range(0, votes).Select(n => stream.Unit() < noise ? stream.Unit() < 0.5 : n % 2 == 0)];
            people[2] = [.. people[1].Select(side => stream.Unit() < noise ? stream.Unit() < 0.5 : side)];
            var pattern = FalseDiscovery.ByLogEValues([.. people.Select(sides => SequenceEvidence.Pattern(sides))], QualityAnalysis.FalseShare);
            var script = FalseDiscovery.ByLogEValues([.. Pairs(12).Select(pair => SequenceEvidence.Match(people[pair.I], people[pair.J]))], QualityAnalysis.FalseShare);
            patterns += pattern[0] ? 1 : 0;
            scripts += Pairs(12).Where((pair, n) => script[n] && pair is (1, 2)).Any() ? 1 : 0;
            accused += pattern.Skip(1).Any(found => found) || Pairs(12).Where((pair, n) => script[n] && pair is not (1, 2)).Any() ? 1 : 0;
        }

        Assert.True(patterns >= 0.95 * Crowds, $"{patterns} of {Crowds} patterns");
        Assert.True(scripts >= 0.95 * Crowds, $"{scripts} of {Crowds} scripts");
        Assert.InRange(accused / (double)Crowds, 0, Bound(2 * QualityAnalysis.FalseShare, Crowds));
    }

    [Fact]
    public void Among_honest_crowds_a_time_is_flagged_hardly_oftener_than_promised()
    {
        const int Crowds = 300;
        var flagged = 0;
        for (var crowd = 0; crowd < Crowds; crowd++)
        {
            flagged += TimingFlags.Of([.. Times((ulong)crowd + 1, rushed: _ => false)], 15, 1).Judgments.Any(flag => flag.IsTooFast) ? 1 : 0;
        }

        Assert.InRange(flagged / (double)Crowds, 0, Bound(TimingFlags.FalseShare, Crowds));
    }

    [Fact]
    public void Rushed_votes_are_found_and_about_one_flag_in_twenty_is_wrong_at_most()
    {
        var (found, wrong, planted) = (0, 0, 0);
        for (var crowd = 0; crowd < 60; crowd++)
        {
            static bool Rushed(int n) => n % 31 == 11;   // spread over everyone
            var flags = TimingFlags.Of([.. Times((ulong)crowd + 9_000, Rushed)], 15, 1).Judgments;
            for (var n = 0; n < flags.Length; n++)
            {
                planted += Rushed(n) ? 1 : 0;
                found += Rushed(n) && flags[n].IsTooFast ? 1 : 0;
                wrong += !Rushed(n) && flags[n].IsTooFast ? 1 : 0;
            }
        }

        Assert.True(found >= 0.9 * planted, $"{found} of {planted}");
        Assert.InRange(wrong / (double)(wrong + found), 0, Bound(TimingFlags.FalseShare, wrong + found));
    }

    private static double Bound(double rate, int n) => rate + (3 * Math.Sqrt(rate * (1 - rate) / n));

    private static int Believed(double[] evidence) => FalseDiscovery.ByLogEValues([.. evidence], QualityAnalysis.FalseShare).Count(believed => believed);

    private static IEnumerable<(int I, int J)> Pairs(int count) => from i in Enumerable.Range(0, count) from j in Enumerable.Range(i + 1, count - 1 - i) select (i, j);

    private static bool[] Coins(ulong seed, int count)
    {
        var stream = new RandomStream(seed * 0x9E37_79B9);
        return [.. Enumerable.Range(0, count).Select(_ => stream.Unit() < 0.5)];
    }

    /// <summary>Fifteen people with paces of their own, 40 texts each, normal errors (Box and Muller).</summary>
    private static TimedJudgment[] Times(ulong seed, Func<int, bool> rushed)
    {
        var stream = new RandomStream(seed * 7919);
        var judgments = new TimedJudgment[600];
        for (var n = 0; n < judgments.Length; n++)
        {
            var (annotator, words) = (n % 15, 60 + stream.Below(800));
            var normal = Math.Sqrt(-2 * Math.Log(1 - stream.Unit())) * Math.Cos(2 * Math.PI * stream.Unit());
            judgments[n] = new(annotator, 0, words, (long)Math.Exp(5.5 + (0.7 * Math.Log(1 + words)) + (0.1 * (annotator - 7)) + (0.4 * normal) - (rushed(n) ? 3 : 0)));
        }

        return judgments;
    }
}
