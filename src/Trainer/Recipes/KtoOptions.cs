using System.Collections.Immutable;

namespace Orleans.Dpo.Trainer.Recipes;

/// <summary>A run that learns from answers that are good or bad, each on its own.</summary>
internal sealed record KtoOptions : ComparedOptions
{
    /// <summary>Numbers of the loss, by option name: beta, desirable-weight, undesirable-weight.</summary>
    public ImmutableSortedDictionary<string, double> LossNumbers { get; init; } = ImmutableSortedDictionary<string, double>.Empty;

    /// <inheritdoc/>
    public override IEnumerable<(string Name, string Value)> Identity() =>
        [("loss", "kto"), .. LossNumbers.Select(entry => (entry.Key.Replace('-', '_'), $"{entry.Value:R}"))];
}
