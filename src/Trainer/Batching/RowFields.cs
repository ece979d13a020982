using Orleans.Dpo.Trainer.Failures;

namespace Orleans.Dpo.Trainer.Batching;

/// <summary>Which columns of the rows act beside the texts. Nothing acts that was not asked for, and what was asked for every row must have.</summary>
/// <param name="Weight">How much a row counts, above 0.</param>
/// <param name="SoftLabel"><c>p_chosen</c>: the probability that the chosen answer is the better one, in (0, 1].</param>
/// <param name="Margin">How far apart the answers are, 0 or more.</param>
internal sealed record RowFields(bool Weight = false, bool SoftLabel = false, bool Margin = false)
{
    public static readonly RowFields None = new();

    /// <summary>Reads names: <c>weight</c>, <c>p_chosen</c>, <c>margin</c>.</summary>
    public static RowFields Of(IEnumerable<string> names)
    {
        var fields = None;
        foreach (var name in names)
        {
            fields = name switch
            {
                "weight" => fields with { Weight = true },
                "p_chosen" => fields with { SoftLabel = true },
                "margin" => fields with { Margin = true },
                _ => throw TrainerException.BadInput($"Row field {name} is unknown; weight, p_chosen and margin can act."),
            };
        }

        return fields;
    }
}
