using Orleans.Dpo.Grains.Agreement;

namespace Orleans.Dpo.Grains.Tests.Agreement;

public sealed class TimingFlagsTests
{
    [Fact]
    public void Judgments_too_fast_for_their_length_and_annotator_are_flagged_and_fast_people_are_not()
    {
        var judgments = Draw(seed: 1, rushedEvery: 40);
        var report = TimingFlags.Of([.. judgments], 30, 2);
        var rushed = Enumerable.Range(0, judgments.Length).Where(n => n % 40 is 7).ToArray();
        var found = rushed.Count(n => report.Judgments[n].IsTooFast);
        var wrong = report.Judgments.Count(flag => flag.IsTooFast) - found;
        Assert.True(found >= 0.9 * rushed.Length, $"{found} of {rushed.Length}");
        Assert.True(wrong <= 0.12 * (found + wrong), $"{wrong} wrong, {found} right");
        Assert.InRange(report.WordSlope, 0.6, 0.8);
        Assert.InRange(report.Deviation, 0.35, 0.5);
        Assert.True(report.AnnotatorEffects[0] < -0.7, "the first annotator is fast throughout");
        Assert.Equal(0, Enumerable.Range(0, judgments.Length).Count(n => judgments[n].Annotator is 0 && n % 40 is not 7 && report.Judgments[n].IsTooFast));
    }

    [Fact]
    public void Honest_times_are_rarely_flagged()
    {
        var runs = Enumerable.Range(0, 20).Count(seed => TimingFlags.Of([.. Draw((ulong)seed + 50, rushedEvery: 0)], 30, 2).Judgments.Any(flag => flag.IsTooFast));
        Assert.True(runs <= 4, $"{runs} of 20 honest crowds had a flag; 1 is expected");
    }

    [Fact]
    public void Times_that_were_not_measured_have_no_flag_and_too_few_have_no_fit()
    {
        var judgments = Draw(seed: 2, rushedEvery: 40);
        judgments[5] = judgments[5] with { ActiveMilliseconds = 0 };
        Assert.Equal(new TimingFlag(null, false), TimingFlags.Of([.. judgments], 30, 2).Judgments[5]);
        Assert.Contains("Fewer than", TimingFlags.Of([.. judgments.Take(10)], 30, 2).Undefined!, StringComparison.Ordinal);
        Assert.NotNull(TimingFlags.Of([.. Enumerable.Repeat(new TimedJudgment(0, 0, 100, 4000), 50)], 1, 1).Undefined);
    }

    private static TimedJudgment[] Draw(ulong seed, int rushedEvery)
    {
        var stream = new RandomStream(seed);
        var judgments = new TimedJudgment[1800];
        for (var n = 0; n < judgments.Length; n++)
        {
            var (annotator, words) = (n % 30, 60 + stream.Below(800));
            var pace = annotator is 0 ? -1.2 : 0.03 * (annotator - 15);
            var normal = Enumerable.Range(0, 12).Sum(_ => stream.Unit()) - 6;
            var log = 5.5 + (0.7 * Math.Log(1 + words)) + (annotator % 2 * 0.5) + pace + (0.4 * normal) - (rushedEvery > 0 && n % rushedEvery is 7 ? 3 : 0);
            judgments[n] = new(annotator, annotator % 2, words, (long)Math.Exp(log));
        }

        return judgments;
    }
}
