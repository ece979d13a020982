using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.Recipes;
using Orleans.Dpo.Trainer.Reports;
using Orleans.Dpo.Trainer.Tests.Recipes;

namespace Orleans.Dpo.Trainer.Tests.Reports;

public sealed partial class ReportFileTests
{
    [Fact]
    public void A_run_on_pairs_ends_with_a_report_that_holds_curves_settings_checks_and_the_flipped_pairs()
    {
        using var scratch = new ScratchFolder();
        var rows = File.ReadAllLines(TinyPolicy.Pairs(scratch, "good.jsonl", 60));
        foreach (var flipped in new[] { 11, 40 })
        {
            rows[flipped] = rows[flipped].Replace("\"chosen\"", "\"x\"", StringComparison.Ordinal).Replace("\"rejected\"", "\"chosen\"", StringComparison.Ordinal).Replace("\"x\"", "\"rejected\"", StringComparison.Ordinal);
        }

        var options = DpoRecipeTests.Options(scratch, "out", scratch.Write("pairs.jsonl", rows));
        TrainingRun.Dpo(options with { Training = options.Training with { Epochs = 4, LearningRate = 1e-3 } });
        Assert.Equal([12, 41], ReportFile.Suspects(scratch.File("out")).Select(pair => pair.Line).Order());
        Assert.Equal(240, File.ReadLines(scratch.File("out/pairs.jsonl")).Count());

        var html = File.ReadAllText(scratch.File("out/report.html"));
        var page = Parse(html);
        Assert.Equal(9, page.Descendants("figure").Count());
        Assert.Equal(9, page.Descendants("svg").Count(svg => svg.Attribute("role")?.Value == "img" && svg.Attribute("aria-label")!.Value.Length > 20));
        Assert.Equal(["pr_11", "pr_40"], page.Descendants("bdi").Select(name => name.Value).Order());
        Assert.Contains("start = reference", html, StringComparison.Ordinal);
        Assert.Contains("60 used, 0 left out", html, StringComparison.Ordinal);
        Assert.Contains(page.Descendants("th"), cell => cell.Value == "learning_rate");
        Assert.DoesNotContain("http", html.Replace("http-equiv", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Hostile_texts_stay_texts()
    {
        using var scratch = new ScratchFolder();
        const string hostile = "</pre><script>alert(1)</script><img src=x onerror=alert(1)>\"'&\u202eevil\u0000\u001b[31m";
        var rows = Enumerable.Range(0, 20).Select(i => JsonSerializer.Serialize(new { pair_id = i == 4 ? hostile : $"pr_{i}", prompt = hostile, chosen = hostile, rejected = "no" }));
        scratch.Write("rows.jsonl", [.. rows]);
        Directory.CreateDirectory(scratch.File("out"));
        File.WriteAllLines(scratch.File("out/pairs.jsonl"), Enumerable.Range(0, 60).Select(i => JsonSerializer.Serialize(
            new { step = i + 1, line = (i % 20) + 1, pair = i % 20 == 4 ? hostile : $"pr_{i % 20}", margin = i % 20 == 4 ? -5.0 : 1 + (i % 7 * 0.1), chosen = 0.0, logp_chosen = -1.0, logp_rejected = -1.0 })));
        File.WriteAllText(scratch.File("out/metrics.jsonl"), """{"step":1,"steps":1,"loss":0.5,"notice":"<script>alert(2)</script>"}""" + "\n{\"step\":2,\"st");
        File.WriteAllText(scratch.File("out/run.json"), JsonSerializer.Serialize(new
        {
            format = 1, run = new Dictionary<string, string> { ["<b>"] = "</code><script>alert(3)</script>" }, data = scratch.File("rows.jsonl"), model = hostile, failure = hostile, rows = 20, steps = 1, step_zero_loss = 0.0, step_zero_check = hostile,
        }));
        var html = File.ReadAllText(ReportFile.Write(scratch.File("out")));
        var page = Parse(html);
        Assert.Empty(page.Descendants("script"));
        Assert.Empty(page.Descendants("img"));
        Assert.DoesNotContain(page.Descendants().Attributes(), attribute => attribute.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
        Assert.Contains(page.Descendants("pre"), text => text.Value.StartsWith("</pre><script>alert(1)</script>", StringComparison.Ordinal));
        Assert.DoesNotContain('\u202e', html);
        Assert.DoesNotContain('\0', html);
        Assert.Contains(@"\u202E", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_diverges_names_step_and_rows_and_leaves_a_report()
    {
        using var scratch = new ScratchFolder();
        var options = DpoRecipeTests.Options(scratch, "out");
        // The reference beside the policy has its very bits at step 0; with this β the rounding of another batch would be a loss.
        var failure = Assert.Throws<TrainerException>(() => TrainingRun.Dpo(options with { ReferenceValues = new() { Online = true }, Beta = 1e38, Training = options.Training with { LearningRate = 0.9, Epochs = 4 } }));
        Assert.Equal("diverged", failure.Code);
        Assert.Matches(@"^Step \d+: the (loss|gradient norm) is \S+ with pr_\d+ \(line \d+\)", failure.Message);
        var page = Parse(File.ReadAllText(scratch.File("out/report.html")));
        Assert.Contains(page.Descendants("p"), text => text.Value.Contains(failure.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Pairs_of_equal_answers_are_named()
    {
        using var scratch = new ScratchFolder();
        var rows = scratch.Write("rows.jsonl", [.. Enumerable.Range(0, 4).Select(i => $$"""{"pair_id":"pr_{{i}}","prompt":"In this comedy,","chosen":" the plot is good.","rejected":" the plot is good."}""")]);
        var (_, metrics) = TrainingRun.Dpo(DpoRecipeTests.Options(scratch, "out", rows));
        Assert.All(metrics, line => Assert.Matches(@"^Step \d: chosen and rejected answer have the same log-probability in pr_\d \(line \d\), pr_\d \(line \d\), pr_\d \(line \d\) and 1 more;", line.Notice));
    }

    [Fact]
    public void A_step_without_gradient_is_named()
    {
        Assert.Equal(
            "Step 3: the gradient is zero, so nothing was learned from a (line 1), line 2; the loss may be satisfied already, or its options leave nothing to learn.",
            StepWatch.Notice(3, [new RowName(1, "a"), new RowName(2, "line 2")], null, 0));
        Assert.Null(StepWatch.Notice(3, [new RowName(1, "a")], null, 0.1));
    }

    [Fact]
    public void A_folder_without_a_run_is_refused()
    {
        using var scratch = new ScratchFolder();
        Assert.Contains("has no metrics.jsonl", Assert.Throws<TrainerException>(() => ReportFile.Write(Directory.CreateDirectory(scratch.File("empty")).FullName)).Message, StringComparison.Ordinal);
    }

    /// <summary>The page is also well-formed XML once its three void elements are closed, so a strict parser can say whether a text broke out.</summary>
    private static XDocument Parse(string html) => XDocument.Parse(VoidElement().Replace(html.Replace("<!doctype html>", "", StringComparison.Ordinal), "<$1 $2/>"));

    [GeneratedRegex("<(meta)([^>]*)>")]
    private static partial Regex VoidElement();
}
