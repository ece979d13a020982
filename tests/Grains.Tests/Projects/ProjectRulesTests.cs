using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Grains.Tests.Projects;

public sealed class ProjectRulesTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_defaults_run() => Assert.Null(ProjectRules.Check(new()));

    [Theory]
    [InlineData("overlap is 0; it must be from 1 to 100.")]
    [InlineData("generation.top_p is 0; it must be from 0.01 to 1.")]
    [InlineData("generation.temperature is NaN; it must be from 0 to 5.")]
    [InlineData("rounds.training.learning_rate is 2; it must be from 1E-09 to 1.")]
    [InlineData("rounds.gate.guards.odd_rate is 1.5; it must be from 0 to 1.")]
    [InlineData("datasets.aggregation is 'vibes/1'; known are majority/1, majority/2, joint/1, posterior/1.")]
    public void A_value_out_of_range_is_refused_by_its_name(string detail)
    {
        ProjectSettings settings = detail.Split(' ')[0] switch
        {
            "overlap" => new() { Overlap = 0 },
            "generation.top_p" => new() { Generation = new() { TopP = 0 } },
            "generation.temperature" => new() { Generation = new() { Temperature = double.NaN } },
            "rounds.training.learning_rate" => new() { Rounds = new() { Training = new() { LearningRate = 2 } } },
            "rounds.gate.guards.odd_rate" => new() { Rounds = new() { Gate = new() { Guards = new() { OddRate = 1.5 } } } },
            _ => new() { Datasets = new() { Aggregation = "vibes/1" } },
        };
        Assert.Equal(new Refusal(RefusalCodes.BadRequest, detail), ProjectRules.Check(settings));
    }

    [Fact]
    public void Creating_twice_with_the_same_settings_is_one_project_and_with_others_is_refused()
    {
        var first = ProjectRules.Create(null, new() { Title = "Films" }, 4, s_noon).Value!;
        Assert.Equal(first, ProjectRules.Create(first, new() { Title = "Films" }, 4, s_noon.AddDays(1)).Value);
        Assert.Equal(RefusalCodes.ProjectExists, ProjectRules.Create(first, new() { Title = "Books" }, 4, s_noon).Refusal!.Code);
        Assert.Equal(RefusalCodes.BadRequest, ProjectRules.Create(null, new(), 0, s_noon).Refusal!.Code);
    }

    [Fact]
    public void A_new_project_repeats_pairs_now_and_then_unless_it_says_how_often()
    {
        Assert.Equal(0.025, ProjectRules.Create(null, new(), 4, s_noon).Value!.Settings.Assignment.RepeatShare);
        var none = ProjectRules.Create(null, Repeats(0), 4, s_noon).Value!;
        Assert.Equal(0, none.Settings.Assignment.RepeatShare);
        Assert.Equal(0, ProjectRules.Update(none, 1, new() { Overlap = 2 }, "1").Value!.Settings.Assignment.RepeatShare);
        Assert.Equal(0.1, ProjectRules.Update(none, 1, Repeats(0.1), "1").Value!.Settings.Assignment.RepeatShare);
        Assert.Equal(RefusalCodes.BadRequest, ProjectRules.Create(null, Repeats(0.6), 4, s_noon).Refusal!.Code);
        Assert.Equal(RefusalCodes.ProjectExists, ProjectRules.Create(none, Repeats(0.1), 4, s_noon).Refusal!.Code);
    }

    [Fact]
    public void A_project_that_was_stored_before_there_were_repeats_goes_on_without()
    {
        var stored = JsonSerializer.Deserialize<ProjectSettings>("""{"title":"Old","assignment":{"routing":"uniform"}}""", JobJson.Line)!;
        var first = new ProjectVersion { Settings = stored, Shards = 4, Guideline = 1, Created = s_noon };
        Assert.Equal(0, ProjectRules.Complete(stored, repeatShare: 0).Assignment.RepeatShare);
        Assert.Equal(first, ProjectRules.Create(first, stored, 4, s_noon).Value);
        Assert.Equal(0, ProjectRules.Update(first, 1, stored with { Overlap = 2 }, "1").Value!.Settings.Assignment.RepeatShare);
    }

    private static ProjectSettings Repeats(double share) => new() { Assignment = new() { RepeatShare = share } };

    [Fact]
    public void An_update_needs_the_current_version_and_counts_guidelines_by_their_text()
    {
        var first = ProjectRules.Create(null, new() { Guideline = "Be kind." }, 4, s_noon).Value!;
        Assert.Equal(RefusalCodes.Stale, ProjectRules.Update(first, 2, new(), "1").Refusal!.Code);
        Assert.Equal(1, ProjectRules.Update(first, 1, first.Settings with { Overlap = 3 }, "1").Value!.Guideline);
        Assert.Equal(2, ProjectRules.Update(first, 1, first.Settings with { Guideline = "Be fair." }, "1").Value!.Guideline);
    }

    [Fact]
    public void An_event_holds_no_text_of_people()
    {
        var happened = ProjectRules.EventOf(1, ProjectRules.Create(null, new() { Title = "Secret title", Guideline = "Secret words" }, 4, s_noon).Value!);
        Assert.DoesNotContain("Secret", happened.Body, StringComparison.Ordinal);
    }
}
