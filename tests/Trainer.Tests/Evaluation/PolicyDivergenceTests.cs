using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.Evaluation;
using Orleans.Dpo.Trainer.Modeling;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Tests.Evaluation;

public sealed class PolicyDivergenceTests
{
    [Fact]
    public void Divergence_is_the_sum_over_the_vocabulary_at_every_position()
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        using var policy = new GoldenModel("tied").Load();
        using var start = new GoldenModel("untied").Load();
        TokenRow[] rows = [new([60, 4, 9, 11, 12], 2), new([60, 5, 60], 1)];
        var measures = PolicyDivergence.Measure(policy, start, rows, default);
        for (var r = 0; r < rows.Length; r++)
        {
            double kl = 0, own = 0, other = 0, least = 0, k2 = 0, k3 = 0, absolute = 0;
            for (var t = rows[r].ResponseStart; t < rows[r].Ids.Length; t++)
            {
                var (p, q) = (LogProbs(policy, rows[r].Ids[..t]), LogProbs(start, rows[r].Ids[..t]));
                kl += p.Zip(q, (a, b) => Math.Exp(a) * (a - b)).Sum();
                own += p[rows[r].Ids[t]];
                other += q[rows[r].Ids[t]];
                least = Math.Min(least, q[rows[r].Ids[t]]);
                var ratio = Math.Exp(q[rows[r].Ids[t]] - p[rows[r].Ids[t]]);
                k2 += Math.Pow(Math.Log(ratio), 2) / 2;
                k3 += ratio - 1 - Math.Log(ratio);
                absolute += Math.Abs(Math.Log(ratio));
            }

            Close.To(kl, measures[r].Divergence);
            Close.To(own, measures[r].LogProb);
            Close.To(other, measures[r].StartLogProb);
            Close.To(least, measures[r].LeastStartLogProb);
            Close.To(own - other, measures[r].K1);
            Close.To(k2, measures[r].K2);
            Close.To(k3, measures[r].K3);
            Close.To(absolute, measures[r].Absolute);
        }
    }

    [Theory]
    [InlineData(-0.3, 0.045, 0.049859)]
    [InlineData(0.5, 0.125, 0.106531)]
    [InlineData(-0.5, 0.125, 0.148721)]
    public void Estimators_of_a_token_have_the_values_of_their_formulas(double difference, double k2, double k3)
    {
        var one = ResponseMeasures.None.With(0, -2 + difference, -2);
        Assert.Equal(difference, one.K1, 12);
        Assert.Equal(k2, one.K2, 12);
        Assert.Equal(k3, one.K3, 6);
        Assert.Equal(Math.Abs(difference), one.Absolute, 12);
        var two = one.With(0, -1, -1.25);
        Assert.Equal(difference + 0.25, two.K1, 12);
        Assert.Equal(k2 + 0.03125, two.K2, 12);
    }

    [Fact]
    public void A_policy_does_not_diverge_from_itself()
    {
        using var policy = new GoldenModel("tied").Load();
        Assert.Equal(0, PolicyDivergence.Measure(policy, policy, [new([60, 4, 9], 1)], default).Single().Divergence, 1e-6);
    }

    [Theory]
    [InlineData(0.75, "a b a b", "b c")]
    [InlineData(1, "a b", "b a")]
    [InlineData(0, "a", "")]
    public void Distinct_bigrams_are_counted_over_all_texts(double expected, params string[] texts) =>
        Assert.Equal(expected, Distinctness.Bigrams(texts), 12);

    private static double[] LogProbs(CausalDecoder model, int[] ids)
    {
        var scores = model.Logits(model.Hidden(tensor(Array.ConvertAll(ids, id => (long)id)).reshape(1, ids.Length))).data<float>().ToArray()[^61..];
        var total = Math.Log(scores.Sum(score => Math.Exp(score)));
        return [.. scores.Select(score => score - total)];
    }
}
