using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.Losses;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Tests.Losses;

/// <summary>Worked numbers: pair A has log-probabilities −10, −12 against −11, −11.5 of the reference; pair B −13, −16 against the same.</summary>
public sealed class PreferenceLossesTests
{
    private static readonly float[] s_a = [-10, -12, -11, -11.5f];
    private static readonly float[] s_b = [-13, -16, -11, -11.5f];

    [Theory]
    [InlineData("sigmoid", 0.1, 0.0, 0.620957, 0.575939, -0.046257, 0.046257)]
    [InlineData("sigmoid", 0.1, 0.1, 0.635957, 0.600939, -0.036257, 0.036257)]
    [InlineData("robust", 0.1, 0.1, 0.602207, 0.544689, -0.058757, 0.058757)]
    [InlineData("ipo", 0.1, 0.0, 12.25, 6.25, -7.0, 7.0)]
    [InlineData("hinge", 0.1, 0.0, 0.85, 0.75, -0.1, 0.1)]
    public void Loss_and_gradient_are_the_worked_numbers(string name, double beta, double smoothing, double a, double b, double chosenSlope, double rejectedSlope)
    {
        using var scope = NewDisposeScope();
        var loss = PreferenceLosses.Create(name, beta, smoothing);
        Assert.Equal(a, Value(loss, s_a), 1e-6 * Math.Max(1, a));
        Assert.Equal(b, Value(loss, s_b), 1e-6 * Math.Max(1, b));

        var (chosen, rejected) = (Leaf(s_a[0]), Leaf(s_a[1]));
        loss.Forward(new PreferenceLogps(chosen, rejected, tensor([s_a[2]]), tensor([s_a[3]]))).Losses.sum().backward();
        Assert.Equal(chosenSlope, chosen.grad!.ToSingle(), 1e-6 * Math.Max(1, Math.Abs(chosenSlope)));
        Assert.Equal(rejectedSlope, rejected.grad!.ToSingle(), 1e-6 * Math.Max(1, Math.Abs(rejectedSlope)));
    }

    [Theory]
    [InlineData("sigmoid", 0.693147)]
    [InlineData("robust", 0.693147)]
    [InlineData("ipo", 25)]
    [InlineData("hinge", 1)]
    public void At_the_reference_the_loss_is_its_value_at_zero_and_rewards_are_zero(string name, double expected)
    {
        using var scope = NewDisposeScope();
        var output = PreferenceLosses.Create(name, 0.1, 0).Forward(Of([-10, -12, -10, -12]));
        Assert.Equal(expected, output.Losses.ToSingle(), 1e-5);
        Assert.Equal(0, output.ChosenRewards.ToSingle());
        Assert.Equal(0, output.RejectedRewards.ToSingle());
    }

    [Theory]
    [InlineData("sigmoid", 0.2)]
    [InlineData("robust", 0.2)]
    [InlineData("ipo", 0.0)]
    [InlineData("hinge", 0.0)]
    public void Gradients_agree_with_finite_differences(string name, double smoothing)
    {
        using var scope = NewDisposeScope();
        var loss = PreferenceLosses.Create(name, 0.3, smoothing);
        foreach (var shift in new[] { -2.5f, -0.4f, 0.3f, 1.7f })
        {
            var chosen = Leaf(-10 + shift);
            loss.Forward(new PreferenceLogps(chosen, tensor([-12f]), tensor([-11f]), tensor([-11.5f]))).Losses.sum().backward();
            const float h = 1e-2f;
            var slope = (Value(loss, [-10 + shift + h, -12, -11, -11.5f]) - Value(loss, [-10 + shift - h, -12, -11, -11.5f])) / (2 * h);
            Assert.Equal(slope, chosen.grad!.ToSingle(), 2e-3);
        }
    }

    [Theory]
    [InlineData("sigmoid", 0.1)]
    [InlineData("robust", 0.1)]
    public void Swapping_the_answers_turns_the_margin_around(string name, double smoothing)
    {
        using var scope = NewDisposeScope();
        var loss = PreferenceLosses.Create(name, 0.1, smoothing);
        var there = loss.Forward(Of(s_a));
        var back = loss.Forward(Of([s_a[1], s_a[0], s_a[3], s_a[2]]));
        Assert.Equal(there.ChosenRewards.ToSingle(), back.RejectedRewards.ToSingle());
        // −log σ(−x) − (−log σ(x)) = x = 0.15; smoothing scales it by 1 − 2ε, the correction for flips by 1 / (1 − 2ε).
        var factor = name == "sigmoid" ? 1 - (2 * smoothing) : 1 / (1 - (2 * smoothing));
        Assert.Equal(0.15 * factor, back.Losses.ToSingle() - there.Losses.ToSingle(), 1e-6);
    }

    [Fact]
    public void Losses_of_a_batch_are_those_of_its_pairs_alone()
    {
        using var scope = NewDisposeScope();
        foreach (var name in PreferenceLosses.Names)
        {
            var loss = PreferenceLosses.Create(name, 0.1, 0);
            var both = loss.Forward(new PreferenceLogps(tensor([-10f, -13f]), tensor([-12f, -16f]), tensor([-11f, -11f]), tensor([-11.5f, -11.5f])));
            Assert.Equal([Value(loss, s_a), Value(loss, s_b)], both.Losses.data<float>().ToArray());
            Assert.False(both.ChosenRewards.requires_grad);
        }
    }

    [Theory]
    [InlineData("dpo", 0.1, 0.0, "Loss dpo is unknown; known: sigmoid, robust, ipo, hinge")]
    [InlineData("sigmoid", 0.0, 0.0, "beta above 0")]
    [InlineData("sigmoid", double.NaN, 0.0, "beta above 0")]
    [InlineData("sigmoid", 0.1, 0.5, "label smoothing in [0, 0.5)")]
    [InlineData("hinge", 0.1, 0.1, "has no label smoothing")]
    public void Impossible_settings_are_refused(string name, double beta, double smoothing, string reason) =>
        Assert.Contains(reason, Assert.Throws<TrainerException>(() => PreferenceLosses.Create(name, beta, smoothing)).Message, StringComparison.Ordinal);

    private static PreferenceLogps Of(float[] four) => new(tensor([four[0]]), tensor([four[1]]), tensor([four[2]]), tensor([four[3]]));

    private static float Value(IPreferenceLoss loss, float[] four) => loss.Forward(Of(four)).Losses.ToSingle();

    private static Tensor Leaf(float value) => tensor([value]).requires_grad_(true);
}
