using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Grains.Tests.Annotators;

public sealed class PeopleRulesTests
{
    private static readonly AnnotatorId s_id = AnnotatorId.New();

    [Theory]
    [InlineData("", "person", "annotator", RefusalCodes.BadRequest)]
    [InlineData("Bo\u0007", "person", "annotator", RefusalCodes.BadRequest)]
    [InlineData("Bo", "robot", "annotator", RefusalCodes.BadRequest)]
    [InlineData("Bo", "person", "king", RefusalCodes.BadRequest)]
    [InlineData(" ADA ", "person", "annotator", RefusalCodes.NameTaken)]
    public void A_person_that_cannot_be_added_is_refused(string name, string kind, string role, string code)
    {
        var ada = PeopleRules.Add([], new("Ada", "person", ["admin"]), AnnotatorId.New(), default).Value!;
        Assert.Equal(code, PeopleRules.Add([ada], new(name, kind, [role]), s_id, default).Refusal!.Code);
    }

    [Fact]
    public void Expired_links_are_forgotten()
    {
        var now = new DateTimeOffset(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);
        var person = PeopleRules.Add([], new("Ada", "person", []), s_id, now).Value! with { Links = [new("old", now), new("new", now.AddHours(1))] };
        Assert.Equal(["new"], PeopleRules.Prune(person, now).Links.Select(link => link.Hash));
    }

    [Fact]
    public void A_key_needs_a_hash_and_a_person_that_exists()
    {
        var hash = new string('a', 64);
        Assert.Equal("aaaaaaaaaaaa", PeopleRules.AddKey(new("box", hash, ["worker"], null), _ => false, default).Value!.Id);
        Assert.Equal(RefusalCodes.UnknownCredential, PeopleRules.AddKey(new("box", hash, [], s_id), _ => false, default).Refusal!.Code);
        Assert.Equal(RefusalCodes.BadRequest, PeopleRules.AddKey(new("box", "A" + hash[1..], [], null), _ => true, default).Refusal!.Code);
    }
}
