using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Grains.Tests.Annotators;

/// <summary>Which practice pairs are given, how they are shown, and who has passed.</summary>
public sealed class PracticeRulesTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);
    private static readonly AnnotatorId s_ada = TestPairs.Annotator(1);

    [Fact]
    public void Right_answers_fall_left_and_right_alike_whatever_is_drawn()
    {
        var items = Items(30, i => i % 3 == 0 ? Choice.B : Choice.A);
        for (var seed = 0UL; seed < 200; seed++)
        {
            var run = Begin([], items, 9, seed).Value!;
            Assert.Equal(9, run.Steps.Select(step => step.Item).Distinct().Count());
            Assert.InRange(run.Steps.Count(step => PracticeRules.Seen(Right(items, step), step.Order) is ShownChoice.Left), 4, 5);
        }

        // And at each place either side comes about as often: there is nothing to guess from.
        var firstLeft = Enumerable.Range(0, 400).Count(seed => Begin([], items, 8, (ulong)seed).Value!.Steps[0] is var step && PracticeRules.Seen(Right(items, step), step.Order) is ShownChoice.Left);
        Assert.InRange(firstLeft, 160, 240);
    }

    [Fact]
    public void Enough_right_answers_admit_and_one_fewer_does_not()
    {
        var items = Items(5, _ => Choice.A);
        foreach (var (wrong, passed) in new[] { (0, true), (1, true), (2, false), (5, false) })
        {
            var run = Play(Begin([], items, 5, 1).Value!, items, wrong);
            Assert.Equal((4, 5 - wrong, passed, s_noon), (run.Needed, run.CountCorrect(), run.Passed, run.Ended));
            Assert.Equal(passed, PracticeRules.IsAdmitted([run]));
        }
    }

    [Fact]
    public void Practice_can_be_taken_again_and_pairs_not_seen_come_first()
    {
        var items = Items(7, _ => Choice.B);
        var first = Play(Begin([], items, 4, 3).Value!, items, wrong: 4);
        var second = Begin([first], items, 4, 4).Value!;
        Assert.Equal(2, second.Attempt);
        Assert.Equal(1, second.Steps.Count(step => first.Steps.Any(old => old.Item == step.Item)));
        Assert.Same(second, Begin([first, second], items, 4, 5).Value);
        var passed = Play(second, items, wrong: 0);
        Assert.Equal(RefusalCodes.WrongState, Begin([first, passed], items, 4, 6).Refusal!.Code);
    }

    [Fact]
    public void Removed_pairs_are_not_given_and_without_any_nobody_can_begin()
    {
        var items = Items(4, _ => Choice.Tie);
        items[1] = items[1] with { Removed = true };
        var run = Begin([], items, 10, 1).Value!;
        Assert.Equal(3, run.Steps.Length);
        Assert.DoesNotContain(run.Steps, step => step.Item == items[1].Id);
        Assert.Contains("no practice pairs yet", Begin([], [.. items.Select(item => item with { Removed = true })], 10, 1).Refusal!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_answer_again_changes_nothing_and_another_one_is_refused_for_its_feedback_was_seen()
    {
        var items = Items(3, _ => Choice.A);
        var run = Begin([], items, 3, 2).Value!;
        var right = PracticeRules.Seen(Choice.A, run.Steps[0].Order);
        var once = Answer(run, 1, right, items).Value!;
        Assert.Same(once, Answer(once, 1, right, items).Value);
        Assert.Equal(RefusalCodes.WrongState, Answer(once, 1, ShownChoice.Tie, items).Refusal!.Code);
        Assert.Equal(RefusalCodes.WrongState, Answer(run, 2, right, items).Refusal!.Code);
        Assert.Equal(RefusalCodes.WrongState, Answer(run, 0, right, items).Refusal!.Code);
        Assert.Equal(RefusalCodes.WrongState, Answer(null, 1, right, items).Refusal!.Code);
        Assert.All(new[] { ShownChoice.Skip, ShownChoice.Report, ShownChoice.Undo }, said => Assert.Equal(RefusalCodes.BadVerdict, Answer(run, 1, said, items).Refusal!.Code));
    }

    private static PracticeItem[] Items(int count, Func<int, Choice> right) =>
        [.. Enumerable.Range(0, count).Select(i => new PracticeItem { Id = $"pt_{i:x32}", Blob = "x", Right = right(i) })];

    private static Choice Right(PracticeItem[] items, PracticeStep step) => items.Single(item => item.Id == step.Item).Right;

    private static Outcome<PracticeRun> Begin(PracticeRun[] earlier, PracticeItem[] items, int count, ulong seed) => PracticeRules.Begin(earlier, items, s_ada, (count, 0.8), seed, s_noon);

    private static Outcome<PracticeRun> Answer(PracticeRun? run, int number, ShownChoice said, PracticeItem[] items) =>
        PracticeRules.Answer(run, number, said, id => items.Single(item => item.Id == id), s_noon);

    private static PracticeRun Play(PracticeRun run, PracticeItem[] items, int wrong)
    {
        for (var number = 1; number <= run.Steps.Length; number++)
        {
            var step = run.Steps[number - 1];
            run = Answer(run, number, number <= wrong ? ShownChoice.BothBad : PracticeRules.Seen(Right(items, step), step.Order), items).Value!;
        }

        return run;
    }
}
