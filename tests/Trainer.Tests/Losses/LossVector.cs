using Orleans.Dpo.Trainer.Losses;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Tests.Losses;

/// <summary>Pairs of worked numbers: log-probabilities −10, −12 (A) or −13, −16 (B) against −11, −11.5 of the reference; answers of 20 and 25 tokens.</summary>
internal static class LossVector
{
    public static readonly double[] A = [-10, -12, -11, -11.5];
    public static readonly double[] B = [-13, -16, -11, -11.5];

    public static IPreferenceLoss Loss(string expression, string options) => PreferenceLosses.Create(expression, Options(options));

    /// <summary>Reads "beta=0.1 label-smoothing=0.2".</summary>
    public static Dictionary<string, double> Options(string options) => options.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .ToDictionary(option => option[..option.IndexOf('=', StringComparison.Ordinal)], option => double.Parse(option[(option.IndexOf('=', StringComparison.Ordinal) + 1)..], System.Globalization.CultureInfo.InvariantCulture));

    public static PreferenceLogps Logps(double[] four, double tokens = 20) => new(tensor([four[0]]), tensor([four[1]]), tensor([four[2]]), tensor([four[3]]))
    {
        ChosenTokens = tensor([tokens]),
        RejectedTokens = tensor([tokens * 1.25]),
    };

    public static double Value(IPreferenceLoss loss, double[] four, double tokens = 20) => loss.Forward(Logps(four, tokens)).Losses.item<double>();

    /// <summary>d loss / d log π of the chosen and of the rejected answer.</summary>
    public static (double Chosen, double Rejected) Gradient(IPreferenceLoss loss, double[] four, double tokens = 20)
    {
        var (chosen, rejected) = (Leaf(four[0]), Leaf(four[1]));
        var output = loss.Forward(Logps(four, tokens) with { PolicyChosen = chosen, PolicyRejected = rejected });
        output.Losses.sum().backward();
        return (chosen.grad?.item<double>() ?? 0, rejected.grad?.item<double>() ?? 0);
    }

    public static Tensor Leaf(double value) => tensor([value]).requires_grad_(true);
}
