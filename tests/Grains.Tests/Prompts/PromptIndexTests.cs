using System.Text.Json;
using Orleans.Dpo.Grains.Prompts;

namespace Orleans.Dpo.Grains.Tests.Prompts;

public sealed class PromptIndexTests
{
    private static readonly string[] s_langs = ["de", "de-AT", "DE-CH", "deu", "pt-BR"];
    private static readonly string[] s_tags = ["law", "short", "maths"];

    [Theory]
    [InlineData("""{"lang":"de","tags":["b","a","b"]}""", "de", "a b")]
    [InlineData("""{"lang":"zh-Hant-TW"}""", "zh-Hant-TW", "")]
    [InlineData("""{"tags":["two words"],"lang":null}""", null, "two words")]
    public void Labels_are_read_and_tags_sorted(string row, string? lang, string tags)
    {
        var labels = Read(row, out var fault)!;
        Assert.Null(fault);
        Assert.Equal((lang, tags), (labels.Lang, string.Join(labels.Tags.Length == 1 ? "" : " ", labels.Tags)));
    }

    [Theory]
    [InlineData("""{"lang":"d"}""", "lang")]
    [InlineData("""{"lang":"german!"}""", "lang")]
    [InlineData("""{"lang":"abcdefghi"}""", "lang")]
    [InlineData("""{"lang":5}""", "lang")]
    [InlineData("""{"tags":"law"}""", "tags")]
    [InlineData("""{"tags":[""]}""", "tags")]
    [InlineData("""{"tags":[1]}""", "tags")]
    [InlineData("""{"tags":[" law"]}""", "tags")]
    public void Labels_that_are_none_are_named(string row, string field)
    {
        Assert.Null(Read(row, out var fault));
        Assert.Equal(field, fault!.Value.Field);
    }

    [Fact]
    public void A_prompt_without_labels_keeps_its_bytes_and_labels_change_no_id()
    {
        var content = new PromptContent { Text = "Review film 1." };
        Assert.Equal("""{"prompt":"Review film 1.","prompt_id":"pr_d447f6c599a48f49f1553901cbd6ee97"}""" + "\n", System.Text.Encoding.UTF8.GetString(new PromptRow(PromptId.Of(content), content).ToLine()));
        var line = new PromptRow(PromptId.Of(content), content, new("pt-BR", ["a", "b"])).ToLine();
        Assert.Equal("""{"lang":"pt-BR","prompt":"Review film 1.","prompt_id":"pr_d447f6c599a48f49f1553901cbd6ee97","tags":["a","b"]}""" + "\n", System.Text.Encoding.UTF8.GetString(line));
        Assert.Equal(new PromptLabels("pt-BR", ["a", "b"]), PromptRow.Parse(line).Labels);
    }

    [Fact]
    public void Lists_and_draws_are_those_of_a_plain_filter_however_the_rows_came()
    {
        var random = new Random(11);
        var index = new PromptIndex();
        var plain = new List<PromptEntry>();
        for (var segment = 0; segment < 9; segment++)
        {
            var rows = Enumerable.Range(0, random.Next(1, 80)).Select(i => (Offset: (long)i, Length: 1, Id: PromptId.Of(new() { Text = $"{random.Next(400)}" }), IsTest: random.Next(5) == 0, Labels: Labels(random))).ToList();
            var fresh = rows.DistinctBy(row => row.Id).Where(row => plain.TrueForAll(known => known.Id != row.Id)).ToList();
            plain.AddRange(fresh.Select(row => new PromptEntry(row.Id, row.IsTest ? "test" : "train", new($"s{segment}", row.Offset, 1), row.Labels)));
            Assert.Equal(fresh.Count, index.Add($"s{segment}", rows));
            foreach (var filter in new PromptFilter[] { new(), new() { Split = "test" }, new() { Split = "train", Lang = "de" }, new() { Lang = "*" }, new() { Tag = "law" }, new() { Tag = "law", Lang = "de-at" }, new() { Tag = "none" } })
            {
                var fits = plain.Where(entry => (filter.Split ?? entry.Split) == entry.Split && filter.Fits(entry.Labels)).OrderBy(entry => entry.Id).ToList();
                Assert.Equal(fits, index.List(filter, null));
                var cursor = plain[random.Next(plain.Count)].Id;
                Assert.Equal(fits.Where(entry => entry.Id.CompareTo(cursor) > 0), index.List(filter, cursor));
            }

            Assert.Equal(PromptRules.Order(plain.Where(entry => entry.Split == "train").Select(entry => entry.Id), 5), index.Order("train", 5).Select(number => index.At(number).Id));
        }

        Assert.Equal((plain.Count, plain.Count(entry => entry.Split == "test")), (index.Count, index.Tests));
        Assert.All(plain, entry => Assert.Equal(entry, index.Find(entry.Id)));
        Assert.Null(index.Find(PromptId.Of(new() { Text = "unknown" })));
    }

    [Fact]
    public void A_language_range_fits_whole_subtags()
    {
        Assert.Equal(["de", "de-AT", "DE-CH"], s_langs.Where(lang => new PromptLabels(lang, []).IsIn("de")));
        Assert.False(new PromptLabels(null, ["a"]).IsIn("*"));
    }

    private static PromptLabels? Labels(Random random) =>
        random.Next(3) == 0 ? null : new(random.Next(2) == 0 ? null : s_langs[random.Next(s_langs.Length)], [s_tags[random.Next(s_tags.Length)]]);

    private static PromptLabels? Read(string row, out (string Field, string Message)? fault)
    {
        using var document = JsonDocument.Parse(row);
        return PromptLabels.FromJson(document.RootElement, out fault);
    }
}
