using Orleans.Dpo.Grains.Policies;
using Orleans.Dpo.Grains.Retractions;
using Orleans.Dpo.Grains.Rounds;
using Orleans.Dpo.Silo.Retractions;

namespace Orleans.Dpo.Silo.Tests.Api;

public sealed class TaintReaderTests
{
    [Fact]
    public void Taint_follows_training_to_the_end_and_stops_where_rows_are_clean()
    {
        var retraction = new RetractionView
        {
            Number = 1, State = RetractionState.Retracted, Reason = "x", By = "y", Created = default, Touched = [new("v1", "version", "rows"), new("v2", "version", "judgments"), new("r4", "round", "gate")],
        };
        var rounds = new[] { Round(1, version: 1, start: "p1", made: "p2"), Round(2, version: 3, start: "p2", made: "p3"), Round(3, version: 2, start: "p1", made: "p4"), Round(4, version: 5, start: "p1", made: "p5") };
        var policies = new[] { Policy("p1", null, null), Policy("p2", "r1", 1), Policy("p3", "r2", 3), Policy("p4", "r3", 2), Policy("p5", "r4", 5), Policy("p6", null, null, parent: "p3") };
        var found = TaintReader.Follow(retraction, [.. rounds], [.. policies]);
        Assert.Equal(
            new Dictionary<string, string> { ["v1"] = "rows", ["v2"] = "judgments", ["r4"] = "gate", ["r1"] = "from v1", ["p2"] = "from r1", ["r2"] = "from p2", ["p3"] = "from r2", ["p5"] = "from r4", ["p6"] = "from p3" }.OrderBy(thing => thing.Key),
            found.OrderBy(thing => thing.Key));
    }

    private static RoundView Round(int number, int version, string start, string made) => new()
    {
        Number = number, State = RoundState.Promoted, Trigger = "manual", Planned = default, Settings = new(), Parent = start, Start = start, Reference = "p1", Version = version, Candidate = made,
    };

    private static PolicyView Policy(string id, string? round, int? version, string? parent = null) => new()
    {
        Policy = new() { Id = id, Hash = "", Origin = "round", Files = [], Round = round, Version = version, Parent = parent }, Created = default, IsActive = false, IsStart = id == "p1",
    };
}
