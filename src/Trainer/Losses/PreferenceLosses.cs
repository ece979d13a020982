using Orleans.Dpo.Trainer.Failures;

namespace Orleans.Dpo.Trainer.Losses;

/// <summary>Every loss by the name that options and job files use.</summary>
public static class PreferenceLosses
{
    private static readonly Dictionary<string, Func<double, double, IPreferenceLoss>> s_losses = new(StringComparer.Ordinal)
    {
        ["sigmoid"] = (beta, smoothing) => new DpoLoss(beta, smoothing),
        ["robust"] = (beta, smoothing) => new RobustDpoLoss(beta, smoothing),
        ["ipo"] = (beta, smoothing) => new IpoLoss(WithoutSmoothing("ipo", beta, smoothing)),
        ["hinge"] = (beta, smoothing) => new HingeLoss(WithoutSmoothing("hinge", beta, smoothing)),
    };

    /// <summary>The names, in the order they are listed to people.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. s_losses.Keys];

    /// <summary>Creates a loss; an unknown name, β ≤ 0, ε outside [0, 0.5) or an ε that the loss does not use is refused as bad input.</summary>
    public static IPreferenceLoss Create(string name, double beta, double labelSmoothing)
    {
        if (!s_losses.TryGetValue(name, out var create))
        {
            throw TrainerException.BadInput($"Loss {name} is unknown; known: {string.Join(", ", Names)}.");
        }

        if (!(beta > 0) || !(labelSmoothing is >= 0 and < 0.5))
        {
            throw TrainerException.BadInput($"Loss {name} needs beta above 0 and label smoothing in [0, 0.5); given are {beta} and {labelSmoothing}.");
        }

        return create(beta, labelSmoothing);
    }

    private static double WithoutSmoothing(string name, double beta, double smoothing) => smoothing == 0
        ? beta
        : throw TrainerException.BadInput($"Loss {name} has no label smoothing; set it to 0.");
}
