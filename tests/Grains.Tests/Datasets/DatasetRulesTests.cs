using Orleans.Dpo.Grains.Datasets;
using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Grains.Tests.Datasets;

public sealed class DatasetRulesTests
{
    private static readonly string s_identity = new string('a', 40) + new string('b', 24);

    private static readonly VersionView[] s_versions =
    [
        Version(1, VersionState.Published) with { Facts = new() { Identity = s_identity } }, Version(2, VersionState.Published), Version(3, VersionState.Building),
    ];

    [Theory]
    [InlineData("v1", 1)]
    [InlineData("2", 2)]
    [InlineData("latest", 2)]
    [InlineData("prod", 1)]
    [InlineData("v3", 3)]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 1)]
    [InlineData("v9", null)]
    [InlineData("v01", null)]
    [InlineData("", null)]
    [InlineData("bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", null)]
    public void A_name_means_one_version(string name, int? expected) =>
        Assert.Equal(expected, DatasetRules.Find(name, s_versions, new Dictionary<string, int> { ["prod"] = 1 })?.Version);

    [Theory]
    [InlineData("prod", true)]
    [InlineData("release-1.2", true)]
    [InlineData("v12", false)]
    [InlineData("12", false)]
    [InlineData("latest", false)]
    [InlineData("main", false)]
    [InlineData("Prod", false)]
    [InlineData("a/b", false)]
    public void A_tag_cannot_read_as_another_kind_of_name(string tag, bool allowed) => Assert.Equal(allowed, DatasetRules.CheckTag(tag) is null);

    [Fact]
    public void A_published_version_never_changes()
    {
        Assert.Same(s_versions[0], DatasetRules.Published(s_versions[0], null, new Refusal("x", "y")));
        Assert.Equal(VersionState.Failed, DatasetRules.Published(s_versions[2], null, new Refusal("x", "y")).State);
    }

    [Fact]
    public void A_recipe_reads_back_as_it_was_written()
    {
        var recipe = new Recipe { Project = "films", Positions = [new("0", 12, new('a', 64)), new("_project", 3, new('b', 64))], Since = [new("0", 5, new('c', 64))], Replay = 0.5, Seed = -4 };
        Assert.Equal(recipe.Canonical(), Recipe.Parse(recipe.Canonical()).Canonical());
        Assert.Equal(
            """{"aggregation":"majority/1","filters":["no-head-to-head","no-identical-texts"],"format":1,"positions":[],"project":"films","replay":null,"seed":1,"since":[],"split":"split/1"}""",
            new Recipe { Project = "films", Positions = [], Seed = 1 }.Canonical());
    }

    private static VersionView Version(int number, VersionState state) => new() { Version = number, State = state, Created = default, Recipe = "{}", Reason = "manual" };
}
