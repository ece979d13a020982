using System.Collections.Immutable;
using Orleans.Dpo.Trainer.Batching;

namespace Orleans.Dpo.Trainer.Recipes;

/// <summary>A run that learns from pairs or rankings.</summary>
internal sealed record DpoOptions : ComparedOptions
{
    /// <summary>A loss by name, or a weighted sum of losses.</summary>
    public string Loss { get; init; } = "sigmoid";

    /// <summary>β, or null for the loss's own default.</summary>
    public double? Beta { get; init; }

    /// <summary>ε, or null for the loss's own default.</summary>
    public double? LabelSmoothing { get; init; }

    /// <summary>Further numbers of the loss, by option name.</summary>
    public ImmutableSortedDictionary<string, double> LossNumbers { get; init; } = ImmutableSortedDictionary<string, double>.Empty;

    /// <summary>Columns of the rows that act beside the texts.</summary>
    public RowFields Fields { get; init; } = RowFields.None;

    /// <summary>The weights of rows say how often they are drawn, not how much their loss counts.</summary>
    public bool SampleByWeight { get; init; }

    /// <summary>All numbers given for the loss.</summary>
    public ImmutableSortedDictionary<string, double> Given()
    {
        var given = LossNumbers.WithComparers(StringComparer.Ordinal);
        given = Beta is { } beta ? given.SetItem("beta", beta) : given;
        return LabelSmoothing is { } smoothing ? given.SetItem("label-smoothing", smoothing) : given;
    }

    /// <inheritdoc/>
    public override IEnumerable<(string Name, string Value)> Identity()
    {
        yield return ("loss", Loss);
        foreach (var (name, value) in Given())
        {
            yield return (name.Replace('-', '_'), $"{value:R}");
        }

        if (Fields != RowFields.None)
        {
            yield return ("row_fields", $"{Fields}{(SampleByWeight ? " sampled" : "")}");
        }
    }
}
