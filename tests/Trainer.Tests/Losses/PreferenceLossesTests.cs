using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.Losses;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Tests.Losses;

public sealed class PreferenceLossesTests
{
    private const double Ln2 = 0.693147;

    /// <summary>Loss of pair A and of pair B, and both slopes at A, from a script that computes the formulas apart from this code.</summary>
    [Theory]
    [InlineData("sigmoid", "beta=0.1", 0.620957, 0.575939, -0.046257, 0.046257)]
    [InlineData("sigmoid", "beta=0.1 label-smoothing=0.1", 0.635957, 0.600939, -0.036257, 0.036257)]
    [InlineData("robust", "beta=0.1 label-smoothing=0.1", 0.602207, 0.544689, -0.058757, 0.058757)]
    [InlineData("ipo", "beta=0.1", 12.25, 6.25, -7.0, 7.0)]
    [InlineData("ipoMean", "beta=0.1", 24.304900, 24.206400, -0.493000, 0.394400)]
    [InlineData("hinge", "beta=0.1", 0.85, 0.75, -0.1, 0.1)]
    [InlineData("apoZero", "beta=0.1", 0.962523, 0.939195, -0.024938, 0.024984)]
    [InlineData("apoDown", "beta=0.1", 0.987549, 0.887990, 0.000078, 0.024860)]
    [InlineData("calDpo", "beta=0.1", 18.326413, 24.703890, -4.182426, 4.682426)]
    [InlineData("calDpo", "beta=0.5", 0.326413, 10.703890, -0.182426, 0.682426)]
    [InlineData("chosenFloorHinge", "beta=0.1 floor=1 floor-weight=1", 1.520957, 1.775939, -0.146257, 0.046257)]
    [InlineData("dpoNll", "beta=0.1 nll-weight=1", 1.120957, 1.225939, -0.096257, 0.046257)]
    [InlineData("sigmoid + sft", "beta=0.1", 1.120957, 1.225939, -0.096257, 0.046257)]
    [InlineData("margin", "beta=0.1 margin=0.10986122886681098", 0.673279, 0.625531, -0.048997, 0.048997)]
    [InlineData("dpop", "beta=0.1 dpop-penalty=5", 0.620957, 1.136871, -0.046257, 0.046257)]
    [InlineData("simpo", "beta=2 simpo-margin-ratio=0.5", 1.342660, 1.327922, -0.073885, 0.059108)]
    [InlineData("sigmoidNorm", "beta=0.1", 0.689653, 0.689155, -0.002491, 0.001993)]
    [InlineData("sigmoidNorm", "beta=5", 0.533382, 0.513015, -0.103346, 0.082676)]
    [InlineData("exo", "beta=0.1 label-smoothing=0.001", 2.505517, 2.339545, -0.167972, 0.167972)]
    public void Loss_and_gradient_are_the_worked_numbers(string name, string options, double a, double b, double chosenSlope, double rejectedSlope)
    {
        using var scope = NewDisposeScope();
        var loss = LossVector.Loss(name, options);
        Assert.Equal(a, LossVector.Value(loss, LossVector.A), 6);
        Assert.Equal(b, LossVector.Value(loss, LossVector.B), 6);
        var (chosen, rejected) = LossVector.Gradient(loss, LossVector.A);
        Assert.Equal(chosenSlope, chosen, 6);
        Assert.Equal(rejectedSlope, rejected, 6);
    }

    [Fact]
    public void A_likelihood_term_over_one_token_is_the_summed_one()
    {
        using var scope = NewDisposeScope();
        var loss = LossVector.Loss("dpoNll", "beta=0.1 nll-weight=0.01");
        Assert.Equal(0.720957, LossVector.Value(loss, LossVector.A, tokens: 1), 6);
        Assert.Equal(0.705939, LossVector.Value(loss, LossVector.B, tokens: 1), 6);
        Assert.Equal(-0.056257, LossVector.Gradient(loss, LossVector.A, tokens: 1).Chosen, 6);
    }

    [Theory]
    [InlineData("sigmoid", Ln2)]
    [InlineData("robust", Ln2)]
    [InlineData("margin", Ln2)]
    [InlineData("dpop", Ln2)]
    [InlineData("sigmoidNorm", Ln2)]
    [InlineData("ipo", 25)]
    [InlineData("ipoMean", 25)]
    [InlineData("hinge", 1)]
    [InlineData("apoZero", 1)]
    [InlineData("apoDown", 1)]
    [InlineData("calDpo", 25.693147)]
    [InlineData("exo", 2.761231)]
    [InlineData("0.5*sigmoid + 2*hinge", (0.5 * Ln2) + 2)]
    public void At_the_reference_the_loss_is_its_value_at_zero_and_rewards_are_zero(string name, double expected)
    {
        using var scope = NewDisposeScope();
        var output = LossVector.Loss(name, "beta=0.1").Forward(LossVector.Logps([-10, -12, -10, -12]));
        Assert.Equal(expected, output.Losses.item<double>(), 6);
        Assert.Equal(0, output.ChosenRewards.item<double>());
        Assert.Equal(0, output.RejectedRewards.item<double>());
    }

    public static TheoryData<string, string> Everything => new()
    {
        { "sigmoid", "beta=0.3 label-smoothing=0.2" }, { "robust", "beta=0.3 label-smoothing=0.2" }, { "ipo", "beta=0.3" }, { "ipoMean", "beta=0.3" }, { "hinge", "beta=0.3" },
        { "apoZero", "beta=0.3" }, { "apoDown", "beta=0.3" }, { "calDpo", "beta=0.3" }, { "chosenFloorHinge", "beta=0.3" }, { "dpoNll", "beta=0.3" },
        { "margin", "beta=0.3 margin=0.4" }, { "dpop", "beta=0.3 dpop-penalty=5" }, { "simpo", "beta=0.3" }, { "sigmoidNorm", "beta=0.3" }, { "exo", "beta=0.3 label-smoothing=0.2" },
        { "0.5*sigmoid + 0.3*ipo + 0.2*sft", "beta=0.3" },
    };

    [Theory]
    [MemberData(nameof(Everything))]
    public void Gradients_agree_with_finite_differences(string name, string options)
    {
        const double h = 1e-5;
        using var scope = NewDisposeScope();
        var loss = LossVector.Loss(name, options);
        foreach (var shift in new[] { -2.5, -0.4, 0.3, 1.7 })
        {
            double[] at = [-10 + shift, -12 - (shift / 2), -11, -11.5];
            var (chosen, rejected) = LossVector.Gradient(loss, at);
            Assert.Equal(Slope(0), chosen, 1e-8);
            Assert.Equal(Slope(1), rejected, 1e-8);

            double Slope(int i)
            {
                var (up, down) = ((double[])at.Clone(), (double[])at.Clone());
                up[i] += h;
                down[i] -= h;
                return (LossVector.Value(loss, up) - LossVector.Value(loss, down)) / (2 * h);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public void Losses_of_a_batch_are_those_of_its_pairs_alone(string name, string options)
    {
        using var scope = NewDisposeScope();
        var loss = LossVector.Loss(name, options);
        var both = loss.Forward(new PreferenceLogps(tensor([-10.0, -13.0]), tensor([-12.0, -16.0]), tensor([-11.0, -11.0]), tensor([-11.5, -11.5]))
        {
            ChosenTokens = tensor([20.0, 20.0]),
            RejectedTokens = tensor([25.0, 25.0]),
        });
        Assert.Equal([LossVector.Value(loss, LossVector.A), LossVector.Value(loss, LossVector.B)], both.Losses.data<double>().ToArray());
        Assert.False(both.ChosenRewards.requires_grad);
    }

    [Theory]
    [InlineData("sigmoid", 0.1)]
    [InlineData("robust", 0.1)]
    [InlineData("exo", 0.1)]
    public void Swapping_the_answers_turns_the_margin_around(string name, double smoothing)
    {
        using var scope = NewDisposeScope();
        var loss = PreferenceLosses.Create(name, 0.1, smoothing);
        var there = loss.Forward(LossVector.Logps(LossVector.A));
        var back = loss.Forward(LossVector.Logps(LossVector.A).Swapped());
        Assert.Equal(there.ChosenRewards.item<double>(), back.RejectedRewards.item<double>());
        // −log σ(−x) − (−log σ(x)) = x = 0.15; smoothing scales it by 1 − 2ε, the correction for flips by 1 / (1 − 2ε); EXO at −x is EXO with ε and 1 − ε exchanged.
        var expected = name switch
        {
            "sigmoid" => 0.15 * (1 - (2 * smoothing)),
            "robust" => 0.15 / (1 - (2 * smoothing)),
            _ => (Sigma(0.15) - Sigma(-0.15)) * Math.Log((1 - smoothing) / smoothing),
        };
        Assert.Equal(expected, back.Losses.item<double>() - there.Losses.item<double>(), 1e-9);
    }

    [Fact]
    public void A_soft_label_is_smoothing_of_its_own_row()
    {
        using var scope = NewDisposeScope();
        var certain = LossVector.Logps(LossVector.A);
        var soft = LossVector.Loss("sigmoid", "beta=0.1").Forward(certain with { SoftLabel = tensor([0.9]) });
        Assert.Equal(0.635957, soft.Losses.item<double>(), 6);
        Assert.Equal(0.1, soft.ChosenRewards.item<double>(), 12);
        foreach (var row in Everything)
        {
            var loss = LossVector.Loss((string)row[0], (string)row[1]);
            var (there, back) = (loss.Forward(certain).Losses.item<double>(), loss.Forward(certain.Swapped()).Losses.item<double>());
            Assert.Equal((0.7 * there) + (0.3 * back), loss.Forward(certain with { SoftLabel = tensor([0.7]) }).Losses.item<double>(), 1e-9);
            Assert.Equal(there, loss.Forward(certain with { SoftLabel = tensor([1.0]) }).Losses.item<double>(), 1e-9);
        }
    }

    [Fact]
    public void Margins_of_rows_replace_the_constant_one_and_are_scaled()
    {
        using var scope = NewDisposeScope();
        var loss = LossVector.Loss("margin", "beta=0.1 margin-scale=0.1");
        var own = loss.Forward(LossVector.Logps(LossVector.A) with { Margin = tensor([Math.Log(3)]) });
        Assert.Equal(0.673279, own.Losses.item<double>(), 6);
        Assert.True(loss.UsesMargin);
        Assert.False(LossVector.Loss("sigmoid", "").UsesMargin);
    }

    [Fact]
    public void Only_losses_without_reference_say_so()
    {
        Assert.Equal(["simpo", "sft"], PreferenceLosses.Names.Where(name => name == "sft"
            ? !new ChosenNllLoss().UsesReference
            : !PreferenceLosses.Create(name, new Dictionary<string, double>()).UsesReference));
        Assert.True(LossVector.Loss("simpo + sigmoid", "").UsesReference);
        Assert.False(LossVector.Loss("simpo + sft", "").UsesReference);
    }

    [Theory]
    [InlineData("dpo", "", "Loss dpo is unknown; known: sigmoid, robust, ipo, ipoMean, hinge")]
    [InlineData("sigmoid + dpo", "", "Loss dpo is unknown")]
    [InlineData("two*sigmoid", "", "The weight in the loss term two*sigmoid is not a number above 0")]
    [InlineData("0*sigmoid", "", "not a number above 0")]
    [InlineData("sft", "", "Loss sft alone learns nothing from the rejected answers")]
    [InlineData("sigmoid", "beta=0", "The option beta is 0; it must be above 0.")]
    [InlineData("sigmoid", "beta=NaN", "The option beta is NaN; it must be above 0.")]
    [InlineData("sigmoid", "label-smoothing=0.5", "The option label-smoothing is 0.5; it must be in [0, 0.5).")]
    [InlineData("exo", "label-smoothing=0", "The option label-smoothing is 0; it must be in (0, 0.5).")]
    [InlineData("hinge", "label-smoothing=0.1", "Loss hinge does not use the option label-smoothing; leave it out.")]
    [InlineData("sigmoid", "nll-weight=1", "Loss sigmoid does not use the option nll-weight; leave it out.")]
    [InlineData("margin", "margin=-1", "The option margin is -1; it must be 0 or more.")]
    public void Impossible_settings_are_refused(string name, string options, string reason) =>
        Assert.Contains(reason, Assert.Throws<TrainerException>(() => LossVector.Loss(name, options)).Message, StringComparison.Ordinal);

    private static double Sigma(double x) => 1 / (1 + Math.Exp(-x));
}
