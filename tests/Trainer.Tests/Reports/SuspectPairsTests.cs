using Orleans.Dpo.Trainer.Metrics;
using Orleans.Dpo.Trainer.Reports;

namespace Orleans.Dpo.Trainer.Tests.Reports;

public sealed class SuspectPairsTests
{
    [Fact]
    public void Planted_flips_are_found_and_hardly_anything_else()
    {
        var random = new Random(5);
        var visits = new List<PairVisit>();
        for (var step = 0; step < 150; step++)
        {
            for (var i = 0; i < 8; i++)
            {
                var line = ((step * 8) + i) % 400;
                var learned = step / 150.0 * 2;
                visits.Add(Visit(step + 1, line, (float)((line % 40 == 7 ? -learned : learned) + (0.35 * Normal(random)))));
            }
        }

        var suspects = SuspectPairs.Find(visits).Select(pair => pair.Line).ToArray();
        var planted = Enumerable.Range(0, 400).Where(line => line % 40 == 7).ToArray();
        Assert.True(suspects.Intersect(planted).Count() >= 8, $"{suspects.Intersect(planted).Count()} of {planted.Length} found");
        Assert.True(suspects.Except(planted).Count() <= 2, $"{suspects.Except(planted).Count()} others");
        Assert.Contains(suspects[0], planted);
    }

    [Fact]
    public void A_run_that_has_learned_nothing_accuses_nobody()
    {
        var random = new Random(6);
        Assert.Empty(SuspectPairs.Find(Enumerable.Range(0, 2000).Select(i => Visit(i / 8, i % 500, (float)Normal(random)))));
        Assert.Empty(SuspectPairs.Find(Enumerable.Range(0, 100).Select(i => Visit(i, i, 0))));
        Assert.Empty(SuspectPairs.Find([]));
    }

    [Fact]
    public void A_pair_that_turns_positive_once_the_run_has_learned_is_not_suspect()
    {
        var visits = Enumerable.Range(0, 256).Select(i => Visit(i, i % 64, i % 64 == 3 ? i < 192 ? -3f : 0.1f : 1 + (i % 5 * 0.1f)));
        Assert.Empty(SuspectPairs.Find(visits));
    }

    private static PairVisit Visit(int step, int line, float margin) => new(step, line, $"pr_{line}", margin, margin / 2, -10, -12);

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
