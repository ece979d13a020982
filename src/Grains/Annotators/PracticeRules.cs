using System.Collections.Immutable;
using Orleans.Dpo.Grains.Agreement;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Grains.Annotators;

/// <summary>Practice before the first real pairs: which pairs, how they are shown, and who has passed.</summary>
public static class PracticeRules
{
    /// <summary>Practice pairs a project has at most.</summary>
    public const int MostItems = 200;

    /// <summary>True after a run that was passed, or an operator's word.</summary>
    public static bool IsAdmitted(IEnumerable<PracticeRun> runs) => runs.Any(run => run.Passed is true);

    /// <summary>The run that is open, or a new one: pairs that this annotator saw least often, the right answers left and right in balance.</summary>
    /// <param name="earlier">The annotator's runs, oldest first.</param>
    /// <param name="items">All practice pairs.</param>
    /// <param name="annotator">Who practises.</param>
    /// <param name="wish">How many pairs, and the share of right answers that is enough.</param>
    /// <param name="seed">Decides pairs and order.</param>
    /// <param name="now">Now.</param>
    public static Outcome<PracticeRun> Begin(
        IReadOnlyList<PracticeRun> earlier, IEnumerable<PracticeItem> items, AnnotatorId annotator, (int Count, double Pass) wish, ulong seed, DateTimeOffset now)
    {
        if (earlier.Count > 0 && earlier[^1].Ended is null)
        {
            return earlier[^1];
        }

        if (IsAdmitted(earlier))
        {
            return new Refusal(RefusalCodes.WrongState, "You are admitted already: ask for pairs.");
        }

        var stream = new RandomStream(seed);
        var seen = earlier.SelectMany(run => run.Steps).CountBy(step => step.Item).ToDictionary();
        var drawn = new List<(PracticeItem Item, int Seen, ulong Key)>();
        foreach (var item in items.Where(item => !item.Removed))
        {
            drawn.Add((item, seen.GetValueOrDefault(item.Id), stream.Next()));
        }

        PracticeItem[] chosen = [.. drawn.OrderBy(entry => entry.Seen).ThenBy(entry => entry.Key).Take(wish.Count).OrderBy(entry => entry.Key).Select(entry => entry.Item)];
        return chosen.Length is 0
            ? new Refusal(RefusalCodes.WrongState, "This project asks for practice first and has no practice pairs yet. Please speak to whoever runs it.")
            : new PracticeRun
            {
                Annotator = annotator,
                Attempt = earlier.Count + 1,
                Steps = Shown(chosen, ref stream),
                Needed = (int)Math.Ceiling((wish.Pass * chosen.Length) - 1e-9),
                Began = now,
            };
    }

    /// <summary>The run with one more answer. The same answer again changes nothing; another one to an answered pair is refused, for its feedback was seen.</summary>
    public static Outcome<PracticeRun> Answer(PracticeRun? run, int number, ShownChoice said, Func<string, PracticeItem?> find, DateTimeOffset now)
    {
        if (run is null || number < 1 || number > run.Steps.Length || number > run.CountDone() + 1)
        {
            return new Refusal(RefusalCodes.WrongState, $"Practice pair {number} is not open; begin practice to see which one is.");
        }

        var step = run.Steps[number - 1];
        if (Canonical(said, step.Order) is not { } choice)
        {
            return new Refusal(RefusalCodes.BadVerdict, "An answer in practice is left, right, tie or both_bad.");
        }

        if (step.Said is { } before)
        {
            return before == choice ? run : new Refusal(RefusalCodes.WrongState, $"Practice pair {number} was answered already.");
        }

        if (find(step.Item) is not { } item)
        {
            return new Refusal(RefusalCodes.WrongState, $"Practice pair {number} is gone.");
        }

        var next = run with { Steps = run.Steps.SetItem(number - 1, step with { Said = choice, Correct = choice == item.Right }) };
        return next.CountDone() < next.Steps.Length ? next : next with { Ended = now, Passed = next.CountCorrect() >= next.Needed };
    }

    /// <summary>A canonical answer as a screen with this order showed it.</summary>
    public static ShownChoice Seen(Choice choice, ShownOrder order) => choice switch
    {
        Choice.Tie => ShownChoice.Tie,
        Choice.BothBad => ShownChoice.BothBad,
        Choice.Skip => ShownChoice.Skip,
        _ => choice is Choice.A == order is ShownOrder.Ab ? ShownChoice.Left : ShownChoice.Right,
    };

    private static Choice? Canonical(ShownChoice said, ShownOrder order) => said switch
    {
        ShownChoice.Left => order is ShownOrder.Ab ? Choice.A : Choice.B,
        ShownChoice.Right => order is ShownOrder.Ab ? Choice.B : Choice.A,
        ShownChoice.Tie => Choice.Tie,
        ShownChoice.BothBad => Choice.BothBad,
        _ => null,
    };

    /// <summary>Of the pairs with a better side one half, or one more, has it on the left, in an order that nobody can guess.</summary>
    private static ImmutableArray<PracticeStep> Shown(PracticeItem[] items, ref RandomStream stream)
    {
        var sided = items.Count(item => item.Right is Choice.A or Choice.B);
        var first = stream.Unit() < 0.5;
        var sides = new List<(ulong Key, bool Left)>();
        for (var i = 0; i < sided; i++)
        {
            sides.Add((stream.Next(), i % 2 == 0 == first));
        }

        var left = new Queue<bool>(sides.OrderBy(side => side.Key).Select(side => side.Left));
        var steps = ImmutableArray.CreateBuilder<PracticeStep>(items.Length);
        foreach (var item in items)
        {
            var aOnLeft = item.Right is Choice.A or Choice.B ? left.Dequeue() == item.Right is Choice.A : stream.Unit() < 0.5;
            steps.Add(new() { Item = item.Id, Order = aOnLeft ? ShownOrder.Ab : ShownOrder.Ba });
        }

        return steps.MoveToImmutable();
    }
}
