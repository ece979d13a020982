using Orleans.Dpo.Grains.Generations;
using Orleans.Dpo.Grains.Policies;
using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Grains.Tests.Generations;

public sealed class GenerationRulesTests
{
    private static readonly ActivePolicy s_active = new("p2", "p1", "p1");

    [Fact]
    public void The_prompts_follow_on_from_the_generation_before()
    {
        var first = Plan(null).Value!;
        Assert.Equal((1, 0L, 117), (first.Number, first.PromptCursor, first.Prompts));
        var second = Plan(first).Value!;
        Assert.Equal((2, 117L), (second.Number, second.PromptCursor));
    }

    [Fact]
    public void No_more_prompts_are_drawn_than_there_are() => Assert.Equal(30, GenerationRules.Plan(new("manual", "k", 100), null, new(), s_active, new(30, 0), default).Value!.Prompts);

    [Fact]
    public void What_is_missing_is_said()
    {
        Assert.Equal(RefusalCodes.NoActivePolicy, GenerationRules.Plan(new("manual", "k", null), null, new(), null, new(9, 1), default).Refusal!.Code);
        Assert.Equal(RefusalCodes.NoPrompts, GenerationRules.Plan(new("manual", "k", null), null, new(), s_active, new(0, 9), default).Refusal!.Code);
        Assert.Equal(RefusalCodes.BadRequest, GenerationRules.Plan(new("manual", "k", 0), null, new(), s_active, new(9, 1), default).Refusal!.Code);
    }

    [Fact]
    public void Old_against_new_needs_a_parent_and_a_share()
    {
        Assert.Null(Plan(null).Value!.Opponent);
        Assert.Equal("p1", GenerationRules.Plan(new("manual", "k", null), null, new() { OldNewShare = 0.2 }, s_active, new(900, 1), default).Value!.Opponent);
    }

    [Fact]
    public void A_late_or_repeated_step_changes_nothing_and_an_end_is_final()
    {
        var pairing = GenerationRules.Apply(Plan(null).Value!, new(GenerationState.Pairing, Responses: "blob")).Value!;
        Assert.Equal(pairing, GenerationRules.Apply(pairing, new(GenerationState.Running)).Value);
        var done = GenerationRules.Apply(pairing, new(GenerationState.Done, 10, 2)).Value!;
        Assert.Equal((10, 2, "blob"), (done.Pairs, done.Dropped, done.Responses));
        Assert.Equal(done, GenerationRules.Apply(done, new(GenerationState.Pairing, Responses: "other")).Value);
        Assert.Equal(RefusalCodes.WrongState, GenerationRules.Apply(done, new(GenerationState.Failed)).Refusal!.Code);
        Assert.Equal(RefusalCodes.WrongState, GenerationRules.Apply(Plan(null).Value!, new(GenerationState.Done, 1)).Refusal!.Code);
    }

    private static Outcome<GenerationView> Plan(GenerationView? before) => GenerationRules.Plan(new("manual", "k", 100), before, new(), s_active, new(900, 100), default);
}
