using System.Text.Json;
using Orleans.Dpo.Trainer.Templates;

namespace Orleans.Dpo.Trainer.Tests.Templates;

/// <summary>Compared with the texts of @huggingface/jinja and of Python's Jinja2 (tests/golden/templates/render.mjs, render.py).</summary>
public sealed class JinjaTemplateTests
{
    private static readonly DateTimeOffset s_day = new(2026, 1, 9, 8, 5, 3, TimeSpan.Zero);

    private static readonly Lazy<Dictionary<string, TemplateMap>> s_conversations = new(() => JsonDocument.Parse(File.ReadAllBytes(Golden("conversations.json")))
        .RootElement.EnumerateObject().ToDictionary(entry => entry.Name, entry => (TemplateMap)JsonValues.Of(entry.Value)!));

    [Fact]
    public void Every_template_renders_every_conversation_as_the_other_libraries_do()
    {
        var entries = JsonSerializer.Deserialize<Entry[]>(File.ReadAllBytes(Golden("rendered.json")), JsonSerializerOptions.Web)!;
        Assert.True(entries.Length >= 180);
        foreach (var group in entries.GroupBy(entry => entry.Template))
        {
            var template = JinjaTemplate.Parse(File.ReadAllText(Golden("templates", group.Key)));
            foreach (var entry in group)
            {
                Assert.Equal($"{entry.Template} {entry.Conversation} {entry.Add}\n{entry.Text}", $"{entry.Template} {entry.Conversation} {entry.Add}\n{Render(template, entry)}");
            }
        }
    }

    [Fact]
    public void What_the_javascript_library_lacks_or_does_otherwise_is_as_in_Python()
    {
        foreach (var entry in JsonSerializer.Deserialize<Entry[]>(File.ReadAllBytes(Golden("rendered-python.json")), JsonSerializerOptions.Web)!)
        {
            var template = JinjaTemplate.Parse(File.ReadAllText(Golden("python", entry.Template)));
            Assert.Equal(entry.Text, template.Render([new("bos_token", "<s>"), .. s_conversations.Value["one"]], s_day));
        }
    }

    [Theory]
    [InlineData("a\n{% include 'x' %}", "line 2: the tag 'include' cannot be done here")]
    [InlineData("{% import 'x' as y %}", "the tag 'import' cannot be done here")]
    [InlineData("{% call f() %}{% endcall %}", "the tag 'call' cannot be done here")]
    [InlineData("{% for x in y recursive %}{% endfor %}", "a recursive loop cannot be done here")]
    [InlineData("\n\n{{ x | groupby('y') }}", "line 3: the filter 'groupby' cannot be done here")]
    [InlineData("{{ x is filter }}", "the test 'filter' cannot be done here")]
    [InlineData("{{ f(*x) }}", "arguments from a list (*) cannot be done here")]
    [InlineData("{% if x %}", "line 1: a tag is not closed with endif")]
    [InlineData("{% if x %}{% endfor %}", "'endfor' stands where endif should")]
    [InlineData("{% endif %}", "'endif' closes nothing")]
    [InlineData("{{ 'x }}", "a text in quotes is not closed")]
    [InlineData("{{ x", "a tag is not closed with }}")]
    [InlineData("{# x", "a comment is not closed")]
    [InlineData("{{ ! }}", "'!' is no part of an expression")]
    [InlineData("{{ a b }}", "'b' cannot stand here")]
    [InlineData("{{ }}", "the end of the tag cannot stand here")]
    [InlineData("{% break %}", "a loop control stands outside a loop")]
    [InlineData("{{ [1 2] }}", "',' is expected before '2'")]
    public void What_is_outside_the_subset_is_refused_by_name_and_line_before_anything_is_rendered(string source, string reason) =>
        Assert.Contains(reason, Assert.Throws<TemplateException>(() => JinjaTemplate.Parse(source)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{{ raise_exception('No system role.') }}", "line 1: the template says: No system role.")]
    [InlineData("\n{{ missing.member }}", "line 2: 'missing' is undefined, so it has no member 'member'")]
    [InlineData("{{ strftime_now('%Y') }}", "'strftime_now' is no function that can be called here")]
    [InlineData("{{ 'a' + 1 }}", "'+' cannot be applied to a text and a number")]
    [InlineData("{{ 1 / 0 }}", "a division by zero")]
    [InlineData("{{ messages.append(1) }}", "'append' would change a list")]
    [InlineData("{{ 'a' < 1 }}", "have no order")]
    [InlineData("{{ none | length }}", "none has no length")]
    [InlineData("{% set messages.x = 1 %}", "only members of a namespace can be set")]
    [InlineData("{{ range(1000000) }}", "a range has at most")]
    [InlineData("{% for a in range(3000) %}{% for b in range(3000) %}{% endfor %}{% endfor %}", "does more than 2000000 steps")]
    [InlineData("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "more than 60 deep")]
    [InlineData("{{ 'x' * 999999999 }}", "more than 20000000 characters")]
    [InlineData("{{ 9223372036854775807 + 1 }}", "a number is too large")]
    public void What_cannot_be_rendered_is_refused_in_words(string source, string reason)
    {
        var template = JinjaTemplate.Parse(source);
        Assert.Contains(reason, Assert.Throws<TemplateException>(() => template.Render([new("messages", new List<object?>())])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_template_nested_without_end_is_refused_and_does_not_end_the_process()
    {
        Assert.Contains("deep", Assert.Throws<TemplateException>(() => JinjaTemplate.Parse("{{ " + new string('(', 100_000) + "1" + new string(')', 100_000) + " }}")).Message, StringComparison.Ordinal);
        Assert.Contains("deep", Assert.Throws<TemplateException>(() => JinjaTemplate.Parse("{{ " + string.Concat(Enumerable.Repeat("not ", 100_000)) + "x }}")).Message, StringComparison.Ordinal);
        Assert.Contains("deep", Assert.Throws<TemplateException>(() => JinjaTemplate.Parse("{{ " + new string('[', 100_000) + new string(']', 100_000) + " }}")).Message, StringComparison.Ordinal);
        Assert.Contains("deep", Assert.Throws<TemplateException>(() => JinjaTemplate.Parse(string.Concat(Enumerable.Repeat("{% if x %}", 100_000)))).Message, StringComparison.Ordinal);
    }

    private static string Render(JinjaTemplate template, Entry entry)
    {
        try
        {
            return template.Render(
                [new("bos_token", "<s>"), new("eos_token", "</s>"), new("tools", null), new("documents", null), .. s_conversations.Value[entry.Conversation!], new("add_generation_prompt", entry.Add)], s_day);
        }
        catch (TemplateException)
        {
            return "refused";
        }
    }

    private static string Golden(params string[] path) => Path.Combine([AppContext.BaseDirectory, "golden", "templates", .. path]);

    private sealed record Entry(string Template, string? Conversation, bool Add, string Text);
}
