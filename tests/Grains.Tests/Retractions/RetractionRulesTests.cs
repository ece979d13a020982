using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Grains.Retractions;

namespace Orleans.Dpo.Grains.Tests.Retractions;

public sealed class RetractionRulesTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);
    private static readonly AnnotatorId s_ada = new("an_00000000000000000000000000000001");
    private static readonly Retract s_wish = new("key", "inverted labels", "an_00000000000000000000000000000009") { Annotator = s_ada, From = s_noon };

    [Fact]
    public void An_annotators_retraction_stands_in_the_ledger_before_it_is_carried_out_and_when_it_is()
    {
        var planned = RetractionRules.Plan(s_wish, 3, s_noon).Value!;
        Assert.Equal(
            new("annotator.retracted", "t3", """{"annotator":"an_00000000000000000000000000000001","by":"an_00000000000000000000000000000009","from":"2026-01-05T12:00:00.000000Z","reason":"inverted labels","retraction":"t3"}"""),
            RetractionRules.EventOf(planned));
        var done = RetractionRules.CarriedOut(planned, 7, [new("v1", "version", "rows"), new("r2", "round", "gate")]);
        Assert.Equal(new("retraction.done", "t3", """{"judgments":7,"retraction":"t3","touched":"v1 r2"}"""), RetractionRules.EventOf(done));
        var back = RetractionRules.Reinstate(done, "they were right", "key_1").Value!;
        Assert.Equal("annotator.reinstated", RetractionRules.EventOf(back)!.Kind);
        Assert.Equal(RetractionState.Reinstated, RetractionRules.CarriedOut(back, 7, []).State);
        Assert.False(back.Taints);
    }

    [Fact]
    public void A_wish_names_one_thing_and_a_reason()
    {
        var judgment = s_wish with { Annotator = null, From = null, Judgment = new JudgmentId("00000000000000000000000001"), Pair = new PairId("pa_00000000000000000000000000000001") };
        Assert.NotNull(RetractionRules.Plan(judgment, 1, s_noon).Value);
        foreach (var wrong in new[]
        {
            s_wish with { Annotator = null }, s_wish with { Annotator = null, From = null }, judgment with { Pair = null }, judgment with { Annotator = s_ada }, judgment with { From = s_noon },
            s_wish with { Reason = " " }, s_wish with { Reason = "two\nlines" }, s_wish with { Reason = new string('x', 201) },
        })
        {
            Assert.Equal(RefusalCodes.BadRequest, RetractionRules.Plan(wrong, 1, s_noon).Refusal?.Code);
        }
    }

    [Fact]
    public void Only_a_retraction_that_is_carried_out_is_taken_back()
    {
        var planned = RetractionRules.Plan(s_wish, 3, s_noon).Value!;
        Assert.Equal(RefusalCodes.WrongState, RetractionRules.Reinstate(planned, "why", "me").Refusal?.Code);
        var back = RetractionRules.Reinstate(RetractionRules.CarriedOut(planned, 1, []), "why", "me").Value!;
        Assert.Equal(back, RetractionRules.Reinstate(back, "again", "me").Value);
    }
}
