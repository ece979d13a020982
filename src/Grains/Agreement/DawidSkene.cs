using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>
/// Dawid and Skene's confusion matrices (Applied Statistics 28, 1979) on {A, tie, B}, tied by the mirror: which response is called A is arbitrary,
/// so P(says A | B) = P(says B | A), and so on. Three free numbers an annotator in place of six.
/// </summary>
/// <remarks>
/// EM from vote shares, a fixed number of iterations, with pseudo-counts: 2 right, ½ tie and ½ wrong votes on a side, 1 tie and ½ + ½ side votes on a tie, one side item and one tie item.
/// Both-bad votes say nothing here and are left out.
/// </remarks>
public static class DawidSkene
{
    /// <summary>EM iterations, always all of them.</summary>
    public const int Iterations = 100;

    /// <summary>Fits the model.</summary>
    public static DawidSkeneFit Fit(JointInput input)
    {
        var votes = new DecidedVotes(input);
        if (votes.Count is 0)
        {
            return new([], [], 0, "There is no vote that is A, B or a tie.");
        }

        var items = new DawidSkeneItem[votes.Items];
        var annotators = new DawidSkeneAnnotator[input.Annotators];
        Start(votes, items);
        var tieRate = 0.0;
        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            tieRate = Annotators(votes, items, annotators);
            Items(votes, items, annotators, tieRate);
        }

        return new([.. items], [.. annotators], tieRate, null);
    }

    private static void Start(DecidedVotes votes, DawidSkeneItem[] items)
    {
        for (var item = 0; item < items.Length; item++)
        {
            var (a, tie, b) = (0.0, 0.0, 0.0);
            for (var vote = votes.StartOf(item); vote < votes.StartOf(item) + votes.CountOf(item); vote++)
            {
                a += votes.Choice(vote) is Choice.A ? 1 : 0;
                tie += votes.Choice(vote) is Choice.Tie ? 1 : 0;
                b += votes.Choice(vote) is Choice.B ? 1 : 0;
            }

            items[item] = Normal(a, tie, b);
        }
    }

    /// <summary>M-step. Answers the tie rate.</summary>
    private static double Annotators(DecidedVotes votes, DawidSkeneItem[] items, DawidSkeneAnnotator[] annotators)
    {
        var tallies = new Tally[annotators.Length];
        var (ties, voted) = (1.0, 2.0);
        for (var item = 0; item < items.Length; item++)
        {
            var (start, count, truth) = (votes.StartOf(item), votes.CountOf(item), items[item]);
            ties += count > 0 ? truth.Tie : 0;
            voted += count > 0 ? 1 : 0;
            for (var vote = start; vote < start + count; vote++)
            {
                tallies[votes.Annotator(vote)].Add(truth, votes.Choice(vote));
            }
        }

        for (var k = 0; k < annotators.Length; k++)
        {
            annotators[k] = tallies[k].Shares();
        }

        return ties / voted;
    }

    private static void Items(DecidedVotes votes, DawidSkeneItem[] items, DawidSkeneAnnotator[] annotators, double tieRate)
    {
        for (var item = 0; item < items.Length; item++)
        {
            var truth = new DawidSkeneItem((1 - tieRate) / 2, tieRate, (1 - tieRate) / 2);
            for (var vote = votes.StartOf(item); vote < votes.StartOf(item) + votes.CountOf(item); vote++)
            {
                ref readonly var said = ref annotators[votes.Annotator(vote)];
                var onTie = (1 - said.TieOnTie) / 2;
                truth = votes.Choice(vote) switch
                {
                    Choice.A => Normal(truth.A * said.Right, truth.Tie * onTie, truth.B * said.Wrong),
                    Choice.B => Normal(truth.A * said.Wrong, truth.Tie * onTie, truth.B * said.Right),
                    _ => Normal(truth.A * said.Tie, truth.Tie * said.TieOnTie, truth.B * said.Tie),
                };
            }

            items[item] = truth;
        }
    }

    private static DawidSkeneItem Normal(double a, double tie, double b)
    {
        var sum = (a + b) + tie;   // A and B first: swapping them changes no bit
        return sum > 0 ? new(a / sum, tie / sum, b / sum) : new(0.25, 0.5, 0.25);
    }

    /// <summary>Expected counts of one annotator.</summary>
    private struct Tally
    {
        private double _right;
        private double _tie;
        private double _wrong;
        private double _tieOnTie;
        private double _onTie;

        public void Add(DawidSkeneItem truth, Choice choice)
        {
            _onTie += truth.Tie;
            _right += choice is Choice.A ? truth.A : choice is Choice.B ? truth.B : 0;
            _wrong += choice is Choice.A ? truth.B : choice is Choice.B ? truth.A : 0;
            _tie += choice is Choice.Tie ? truth.A + truth.B : 0;
            _tieOnTie += choice is Choice.Tie ? truth.Tie : 0;
        }

        public readonly DawidSkeneAnnotator Shares()
        {
            var sided = _right + _tie + _wrong + 3;
            return new((_right + 2) / sided, (_tie + 0.5) / sided, (_wrong + 0.5) / sided, (_tieOnTie + 1) / (_onTie + 2));
        }
    }
}
