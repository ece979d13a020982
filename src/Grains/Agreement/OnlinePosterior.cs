using System.Runtime.Intrinsics;
using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>
/// The joint model kept fresh between fits. A vote costs time in proportion to the votes on its item and the votes of its annotator:
/// the item's posterior is computed anew, its annotator takes one Newton step, and γ and ν stay those of the last fit. An annotator with hundreds of votes, whom one more hardly moves, takes
/// the step after every 64th part of them only, so that a vote costs at most about as much as 64 do, however many there are.
/// </summary>
/// <remarks>
/// Not exact: other items of the annotator that others judged too keep their posterior until their next vote. When a fit is followed by votes that add a tenth to it, P(A is better) stays within 0.05 of
/// a new fit in the mean and 0.15 for the worst item (a test holds it to that). One thread at a time.
/// </remarks>
public sealed class OnlinePosterior
{
    private readonly JointParameters _parameters;
    private readonly double _tie;
    private readonly double _bothBadRate;
    private readonly OnlineVotes _votes = new();
    private readonly EntryList<CoarsePosterior> _posteriors = new();
    private readonly List<List<int>> _ofAnnotator = [];
    private readonly Vector256<double>[] _up = new Vector256<double>[JointGrid.Fine.Count];
    private readonly Vector256<double>[] _down = new Vector256<double>[JointGrid.Fine.Count];
    private readonly Vector256<double>[] _gap = new Vector256<double>[JointGrid.Fine.Count];
    private readonly Vector256<double>[] _tied = new Vector256<double>[JointGrid.Fine.Count];
    private readonly Vector256<double>[] _weights = new Vector256<double>[JointGrid.Fine.Count];
    private readonly List<int> _stepAt = [];
    private readonly UsualAnnotator _usual;

    /// <summary>Goes on from a fit.</summary>
    /// <param name="input">What was fitted.</param>
    /// <param name="fit">The fit of <paramref name="input"/>.</param>
    public OnlinePosterior(JointInput input, JointFit fit)
    {
        _parameters = new(input.Annotators) { CommonStyle = fit.Style, LogTie = DeterministicMath.Log(fit.TieWeight) };
        _tie = fit.TieWeight;
        _bothBadRate = fit.BothBadRate;
        _usual = new(JointGrid.Fine, _tie);
        for (var k = 0; k < input.Annotators; k++)
        {
            _parameters.Reliability[k] = fit.Annotators[k].Reliability;
            _parameters.Position[k] = fit.Annotators[k].PositionBias;
            _parameters.Style[k] = fit.Annotators[k].StyleBias - fit.Style;
            _ofAnnotator.Add([]);
            _stepAt.Add(0);
        }

        foreach (var style in input.Style)
        {
            _votes.AddItem(style);
        }

        // Each list at its size: of a few annotators with hundreds of thousands of votes each, room to grow would be as much again.
        var votes = new int[input.Annotators];
        foreach (var judgment in input.Judgments)
        {
            votes[judgment.Annotator]++;
        }

        for (var k = 0; k < input.Annotators; k++)
        {
            _ofAnnotator[k].EnsureCapacity(votes[k]);
        }

        foreach (var judgment in input.Judgments)
        {
            Keep(judgment);
        }

        for (var item = 0; item < Items; item++)
        {
            Refresh(item);
        }

        for (var k = 0; k < Annotators; k++)
        {
            _stepAt[k] = NextStep(k);
        }
    }

    /// <summary>Items known.</summary>
    public int Items => _votes.Items;

    /// <summary>Annotators known.</summary>
    public int Annotators => _ofAnnotator.Count;

    /// <summary>Votes that were looked at so far to keep it fresh and to answer: what it costs, on any machine.</summary>
    internal long Visits { get; private set; }

    /// <summary>A new item.</summary>
    /// <param name="style">Its Δstyle, from −1 to 1.</param>
    /// <returns>Its index.</returns>
    public int AddItem(double style)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(Math.Abs(style) <= 1, true, nameof(style));
        _votes.AddItem(style);
        return Items - 1;
    }

    /// <summary>A new annotator, at the prior.</summary>
    /// <returns>The index.</returns>
    public int AddAnnotator()
    {
        _parameters.Add();
        _ofAnnotator.Add([]);
        _stepAt.Add(0);
        return _ofAnnotator.Count - 1;
    }

    /// <summary>Takes a vote in.</summary>
    /// <exception cref="ArgumentException">It is a skip, or its item or annotator is not known.</exception>
    public void Add(JointJudgment judgment)
    {
        if ((uint)judgment.Item >= (uint)Items || (uint)judgment.Annotator >= (uint)Annotators || judgment.Choice is not (Choice.A or Choice.B or Choice.Tie or Choice.BothBad))
        {
            throw new ArgumentException($"{judgment} is no vote on {Items} items by {Annotators} annotators.", nameof(judgment));
        }

        Keep(judgment);
        Follow(judgment);
    }

    /// <summary>Takes the last vote of an annotator on an item back.</summary>
    /// <returns>False when there is none.</returns>
    public bool Withdraw(int item, int annotator)
    {
        var vote = _votes.Remove(item, annotator);
        if (vote == OnlineVotes.None)
        {
            return false;
        }

        _ofAnnotator[annotator].Remove(vote);
        Follow(_votes.Vote(vote));
        return true;
    }

    /// <summary>What is believed of an item.</summary>
    public JointItem Item(int item)
    {
        Compute(JointGrid.Fine, item, _weights);
        var (decided, bothBad) = _votes.Count(item);
        return _usual.Item(_weights, decided, bothBad, _bothBadRate);
    }

    /// <summary>What is believed of an annotator.</summary>
    public JointAnnotator Annotator(int annotator)
    {
        var (sums, missing) = Sums(annotator);
        return JointPairModel.Annotator(_parameters, annotator, sums.Information, missing, _ofAnnotator[annotator].Count(vote => _votes.Vote(vote).Choice is not Choice.BothBad));
    }

    /// <summary>Expected information, in nats, that one more vote of an annotator gives about which response of an item is better; the mean over the two shown orders.</summary>
    public double InformationGain(int item, int annotator)
    {
        Compute(JointGrid.Fine, item, _weights);
        var odds = new JointOdds(_up, _down);
        JointKernel.Tabulate(JointGrid.Fine, _parameters.Reliability[annotator], odds);
        var ab = JointInformation.AboutSign(_weights, odds, _parameters.Offset(annotator, 1, _votes.Item(item).Style), _tie);
        var ba = JointInformation.AboutSign(_weights, odds, _parameters.Offset(annotator, -1, _votes.Item(item).Style), _tie);
        return 0.5 * (ab + ba);
    }

    /// <summary>The same for an annotator of reliability 1 without biases; without an item, for one that has no votes.</summary>
    public double UsualGain(int? item)
    {
        if (item is { } known)
        {
            Compute(JointGrid.Fine, known, _weights);
        }
        else
        {
            JointGrid.Fine.Prior.AsSpan().CopyTo(_weights);
        }

        var odds = new JointOdds(_up, _down);
        JointKernel.Tabulate(JointGrid.Fine, 1, odds);
        return JointInformation.AboutSign(_weights, odds, item is { } its ? _parameters.CommonStyle * _votes.Item(its).Style : 0, _tie);
    }

    private void Keep(JointJudgment judgment) => _ofAnnotator[judgment.Annotator].Add(_votes.Add(judgment));

    /// <summary>Brings the item and the annotator of a vote that came or went up to date.</summary>
    private void Follow(JointJudgment judgment)
    {
        if (judgment.Choice is Choice.BothBad)
        {
            return;
        }

        Refresh(judgment.Item);
        var votes = _ofAnnotator[judgment.Annotator].Count;
        if (votes < _stepAt[judgment.Annotator] && votes > _stepAt[judgment.Annotator] / 2)
        {
            return;
        }

        _parameters.Step(judgment.Annotator, Sums(judgment.Annotator).Sums);
        _stepAt[judgment.Annotator] = NextStep(judgment.Annotator);
        Refresh(judgment.Item);
    }

    private int NextStep(int annotator) => _ofAnnotator[annotator].Count + Math.Max(1, _ofAnnotator[annotator].Count / 64);

    private void Refresh(int item)
    {
        var at = _votes.Item(item).Posterior;
        if (at == OnlineVotes.None && _votes.Count(item).Decided < 2)
        {
            return;
        }

        var weights = _weights.AsSpan(0, JointGrid.Coarse.Count);
        Compute(JointGrid.Coarse, item, weights);
        if (at == OnlineVotes.None)
        {
            _votes.Keep(item, _posteriors.Add(CoarsePosterior.Of(weights)));
        }
        else
        {
            _posteriors.Edit(at) = CoarsePosterior.Of(weights);
        }
    }

    private void Compute(JointGrid grid, int item, Span<Vector256<double>> weights)
    {
        grid.Prior.AsSpan().CopyTo(weights);
        var n = 0;
        for (var vote = _votes.Item(item).First; vote != OnlineVotes.None; vote = _votes.Next(vote))
        {
            var judgment = _votes.Vote(vote);
            if (judgment.Choice is Choice.BothBad)
            {
                continue;
            }

            Visits++;
            Multiply(grid, judgment, weights);
            if (++n % JointPairModel.RescaleEvery is 0)
            {
                JointGrid.Normalise(weights);
            }
        }

        JointGrid.Normalise(weights);
    }

    private (JointSums Sums, Symmetric3 Missing) Sums(int annotator)
    {
        var grid = JointGrid.Coarse;
        var (sums, missing) = (new JointSums(), new Symmetric3());
        var odds = new JointOdds(_up.AsSpan(0, grid.Count), _down.AsSpan(0, grid.Count));
        JointKernel.Tabulate(grid, _parameters.Reliability[annotator], odds);
        foreach (var vote in _ofAnnotator[annotator])
        {
            var judgment = _votes.Vote(vote);
            if (judgment.Choice is Choice.BothBad)
            {
                continue;
            }

            Visits++;

            // Prior times likelihood is the posterior of an item with this vote alone; of others it is kept.
            var weights = _weights.AsSpan(0, grid.Count);
            grid.Prior.AsSpan().CopyTo(weights);
            Multiply(grid, judgment, odds, weights);
            if (_votes.Item(judgment.Item).Posterior is var kept && kept != OnlineVotes.None)
            {
                _posteriors[kept].CopyTo(weights);
            }
            else
            {
                JointGrid.Normalise(weights);
            }

            var lanes = Lanes(grid, weights);
            JointKernel.Accumulate(grid, lanes, Seen(judgment), ref sums);
            missing += JointKernel.Missing(grid, lanes, Seen(judgment));
        }

        return (sums, missing);
    }

    /// <summary>A vote's likelihood; what it leaves in the gap and tie lanes is what <see cref="Sums"/> reads.</summary>
    private void Multiply(JointGrid grid, JointJudgment judgment, Span<Vector256<double>> weights)
    {
        var odds = new JointOdds(_up.AsSpan(0, grid.Count), _down.AsSpan(0, grid.Count));
        JointKernel.Tabulate(grid, _parameters.Reliability[judgment.Annotator], odds);
        Multiply(grid, judgment, odds, weights);
    }

    private void Multiply(JointGrid grid, JointJudgment judgment, JointOdds odds, Span<Vector256<double>> weights)
    {
        var vote = Seen(judgment);
        JointKernel.Multiply(odds, _parameters.Offset(judgment.Annotator, vote.Side, vote.Style), _tie, vote.Choice, Lanes(grid, weights));
    }

    private JointVote Seen(JointJudgment judgment) => new(judgment.Choice, judgment.AOnLeft ? 1 : -1, _votes.Item(judgment.Item).Style);

    private JointLanes Lanes(JointGrid grid, Span<Vector256<double>> weights) => new(weights, _gap.AsSpan(0, grid.Count), _tied.AsSpan(0, grid.Count));
}
