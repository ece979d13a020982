using System.Globalization;
using Orleans.Dpo.Trainer.Failures;

namespace Orleans.Dpo.Trainer.Losses;

/// <summary>The numbers given for a loss, by option name. A loss takes what it uses; what nothing took is refused, never ignored.</summary>
/// <param name="given">Option names without dashes in front, and their values; options that were not given are absent.</param>
public sealed class LossArguments(IReadOnlyDictionary<string, double> given)
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    /// <summary>β &gt; 0, dimensionless: how near the policy stays to its reference.</summary>
    public double Beta(double standard = 0.1) => Take("beta", standard, double.Epsilon, double.MaxValue, "above 0");

    /// <summary>ε in [0, 0.5): share of labels assumed flipped.</summary>
    public double LabelSmoothing(double standard = 0) => Take("label-smoothing", standard, 0, Math.BitDecrement(0.5), "in [0, 0.5)");

    /// <summary>ε in (0, 0.5), for losses that are infinite at 0.</summary>
    public double PositiveLabelSmoothing(double standard) => Take("label-smoothing", standard, double.Epsilon, Math.BitDecrement(0.5), "in (0, 0.5)");

    /// <summary>Any number of 0 or more.</summary>
    public double NotNegative(string name, double standard) => Take(name, standard, 0, double.MaxValue, "0 or more");

    /// <summary>Any finite number.</summary>
    public double Finite(string name, double standard) => Take(name, standard, double.MinValue, double.MaxValue, "a finite number");

    /// <summary>Names that were given and that no loss took.</summary>
    internal IEnumerable<string> Unused => given.Keys.Where(name => !_taken.Contains(name)).Order(StringComparer.Ordinal);

    private double Take(string name, double standard, double least, double most, string range)
    {
        _taken.Add(name);
        var value = given.TryGetValue(name, out var stated) ? stated : standard;
        return value >= least && value <= most
            ? value
            : throw TrainerException.BadInput($"The option {name} is {value.ToString(CultureInfo.InvariantCulture)}; it must be {range}.");
    }
}
