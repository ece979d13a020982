using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Prompts;

namespace Orleans.Dpo.Grains.Tests.Prompts;

public sealed class PromptRulesTests
{
    private static readonly PromptId[] s_prompts = [.. Enumerable.Range(0, 2000).Select(i => PromptId.Of(new() { Text = $"prompt {i}" }))];

    [Fact]
    public void About_the_wanted_share_is_held_out_and_a_larger_share_keeps_what_was_held_out()
    {
        var project = new ProjectId("films");
        var some = s_prompts.Where(prompt => PromptRules.SplitOf(project, prompt, 0.2) is "test").ToHashSet();
        var more = s_prompts.Where(prompt => PromptRules.SplitOf(project, prompt, 0.4) is "test").ToHashSet();
        Assert.InRange(some.Count, 340, 460);
        Assert.Subset(more, some);
        Assert.DoesNotContain(s_prompts, prompt => PromptRules.SplitOf(project, prompt, 0) is "test");
    }

    [Fact]
    public void Another_project_holds_out_other_prompts() => Assert.NotEqual(
        s_prompts.Select(prompt => PromptRules.SplitOf(new("films"), prompt, 0.5)), s_prompts.Select(prompt => PromptRules.SplitOf(new("books"), prompt, 0.5)));

    [Fact]
    public void The_drawn_order_depends_on_the_set_and_the_seed_only()
    {
        var order = PromptRules.Order(s_prompts, 7);
        Assert.Equal(order.ToArray(), PromptRules.Order(s_prompts.Reverse(), 7).ToArray());
        Assert.NotEqual(order.ToArray(), PromptRules.Order(s_prompts, 8).ToArray());
        Assert.Equal(s_prompts.Order(), order.Order());
    }

    [Fact]
    public void Split_and_ids_are_what_the_format_page_says()
    {
        // Checked with sha256sum: printf 'prompt/1\n{"text":"Review film 1."}' and printf 'split/1\nfilms\n<id>'.
        var prompt = PromptId.Of(new() { Text = "Review film 1." });
        Assert.Equal("pr_d447f6c599a48f49f1553901cbd6ee97", prompt.Value);
        Assert.Equal("train", PromptRules.SplitOf(new("films"), prompt, 0.4475));
        Assert.Equal("test", PromptRules.SplitOf(new("films"), prompt, 0.4476));
    }
}
