using System.Globalization;
using Orleans.Dpo.Trainer.Failures;

namespace Orleans.Dpo.Trainer.Losses;

/// <summary>Every loss over pairs by the name that options and job files use, and sums of them: <c>sigmoid</c>, <c>sigmoid + 0.2*sft</c>.</summary>
public static class PreferenceLosses
{
    private static readonly Dictionary<string, Func<LossArguments, IPreferenceLoss>> s_losses = new(StringComparer.Ordinal)
    {
        ["sigmoid"] = given => new DpoLoss(given.Beta(), given.LabelSmoothing()),
        ["robust"] = given => new RobustDpoLoss(given.Beta(), given.LabelSmoothing()),
        ["ipo"] = given => new IpoLoss(given.Beta()),
        ["ipoMean"] = given => new IpoMeanLoss(given.Beta()),
        ["hinge"] = given => new HingeLoss(given.Beta()),
        ["apoZero"] = given => new ApoZeroLoss(given.Beta()),
        ["apoDown"] = given => new ApoDownLoss(given.Beta()),
        ["calDpo"] = given => new CalDpoLoss(given.Beta()),
        ["chosenFloorHinge"] = given => new ChosenFloorHingeLoss(given.Beta(), given.NotNegative("floor-weight", 1), given.Finite("floor", 1)),
        ["dpoNll"] = given => new DpoNllLoss(given.Beta(), given.NotNegative("nll-weight", 1)),
        ["margin"] = given => new MarginLoss(given.Beta(), given.NotNegative("margin", 0), given.NotNegative("margin-scale", 1)),
        ["dpop"] = given => new DpopLoss(given.Beta(), given.NotNegative("dpop-penalty", 50)),
        ["simpo"] = given => new SimPoLoss(given.Beta(2), given.NotNegative("simpo-margin-ratio", 0.5)),
        ["sigmoidNorm"] = given => new NormalizedDpoLoss(given.Beta(5)),
        ["exo"] = given => new ExoLoss(given.Beta(), given.PositiveLabelSmoothing(1e-3)),
        ["sft"] = _ => new ChosenNllLoss(),
    };

    /// <summary>The names, in the order they are listed to people.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. s_losses.Keys];

    /// <summary>Creates the loss of an expression: names joined by <c>+</c>, each with its weight and <c>*</c> before it or none for 1.</summary>
    /// <param name="expression">Such as <c>sigmoid</c> or <c>0.8*sigmoid + 0.2*hinge + sft</c>.</param>
    /// <param name="given">Options that were given; one that is out of range or used by no term is refused as bad input.</param>
    public static IPreferenceLoss Create(string expression, IReadOnlyDictionary<string, double> given)
    {
        var arguments = new LossArguments(given);
        var terms = expression.Split('+').Select(term => Term(term.Trim(), arguments)).ToArray();
        if (arguments.Unused.FirstOrDefault() is { } unused)
        {
            throw TrainerException.BadInput($"Loss {expression} does not use the option {unused}; leave it out.");
        }

        if (terms.All(term => term.Loss is ChosenNllLoss))
        {
            throw TrainerException.BadInput("Loss sft alone learns nothing from the rejected answers; add it to another loss (sigmoid + 0.2*sft) or train with --stage sft.");
        }

        return new SoftLabelLoss(terms is [{ Weight: 1, Loss: var single }] ? single : new WeightedSumLoss(terms));
    }

    /// <summary>Creates a loss of β and ε alone.</summary>
    public static IPreferenceLoss Create(string expression, double beta, double labelSmoothing) => Create(expression, labelSmoothing == 0
        ? new Dictionary<string, double> { ["beta"] = beta }
        : new Dictionary<string, double> { ["beta"] = beta, ["label-smoothing"] = labelSmoothing });

    private static (double Weight, IPreferenceLoss Loss) Term(string term, LossArguments arguments)
    {
        var parts = term.Split('*', 2, StringSplitOptions.TrimEntries);
        var (weight, name) = (1.0, parts[^1]);
        if (parts.Length == 2 && !(double.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out weight) && weight > 0 && double.IsFinite(weight)))
        {
            throw TrainerException.BadInput($"The weight in the loss term {term} is not a number above 0; write terms as 0.2*{name}.");
        }

        return s_losses.TryGetValue(name, out var create)
            ? (weight, create(arguments))
            : throw TrainerException.BadInput($"Loss {name} is unknown; known: {string.Join(", ", Names)}.");
    }
}
