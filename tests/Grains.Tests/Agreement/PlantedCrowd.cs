using System.Collections.Immutable;
using Orleans.Dpo.Grains.Agreement;
using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Tests.Agreement;

/// <summary>Judgments drawn from known annotators: what an estimator should find is known.</summary>
internal sealed class PlantedCrowd
{
    private RandomStream _stream;

    public PlantedCrowd(int items, int votesPerItem, ulong seed, params Person[] people)
    {
        _stream = new(seed);
        People = people;
        Truth = [.. Enumerable.Range(0, items).Select(_ => 1.5 * Normal())];
        Style = [.. Enumerable.Range(0, items).Select(_ => (1.6 * _stream.Unit()) - 0.8)];
        var judgments = ImmutableArray.CreateBuilder<JointJudgment>();
        for (var item = 0; item < items; item++)
        {
            var order = Enumerable.Range(0, people.Length).Select(k => (Key: _stream.Next(), K: k)).OrderBy(entry => entry.Key).Take(votesPerItem);
            judgments.AddRange(order.Select(entry => Vote(item, entry.K)).ToArray());
        }

        Judgments = judgments.ToImmutable();
    }

    public Person[] People { get; }

    public double[] Truth { get; }

    public ImmutableArray<double> Style { get; }

    public ImmutableArray<JointJudgment> Judgments { get; }

    public JointInput Input => new(People.Length, Style, Judgments);

    /// <summary>Twelve uniform numbers less 6: normal enough for data.</summary>
    public double Normal() => Enumerable.Range(0, 12).Sum(_ => _stream.Unit()) - 6;

    /// <summary>Share of items whose better side has a probability above ½, half a share at ½.</summary>
    public double Accuracy(Func<int, double> probabilityOfA) => Enumerable.Range(0, Truth.Length).Average(item =>
        probabilityOfA(item) is 0.5 ? 0.5 : (probabilityOfA(item) > 0.5) == (Truth[item] > 0) ? 1 : 0);

    public double MajorityOfA(int item)
    {
        var votes = Judgments.Where(judgment => judgment.Item == item).ToArray();
        return 0.5 + (0.1 * Math.Sign(votes.Count(vote => vote.Choice is Choice.A) - votes.Count(vote => vote.Choice is Choice.B)));
    }

    private JointJudgment Vote(int item, int k)
    {
        var person = People[k];
        var left = _stream.Unit() < 0.5;
        var odds = Math.Exp(0.5 * ((person.Reliability * Truth[item]) + ((left ? 1 : -1) * person.Position) + (person.Style * Style[item])));
        var draw = _stream.Unit() * (odds + (1 / odds) + 0.4);
        return new(item, k, draw < odds ? Choice.A : draw < odds + (1 / odds) ? Choice.B : Choice.Tie, left);
    }

    /// <summary>A known annotator.</summary>
    internal sealed record Person(double Reliability, double Position = 0, double Style = 0);
}
