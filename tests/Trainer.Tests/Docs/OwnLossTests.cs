using System.Text.RegularExpressions;
using Orleans.Dpo.Samples.OwnLoss;
using Orleans.Dpo.Testing;
using Orleans.Dpo.Trainer.Losses;
using Orleans.Dpo.Trainer.Tests.Losses;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Tests.Docs;

/// <summary>docs/how-to-add-a-loss.md: its code is compiled code, its numbers hold, and the paper index knows every loss.</summary>
public sealed partial class OwnLossTests
{
    private const string Page = "docs/how-to-add-a-loss.md";

    /// <summary>Scores 2 and −1 against 1.5 and −0.8 of the reference.</summary>
    [Theory]
    [InlineData(SegmentAnchor.Linear, 0.0, 1.0, 0.658760)]
    [InlineData(SegmentAnchor.Linear, 0.5, 1.0, -1.991240)]
    [InlineData(SegmentAnchor.LogSumExp, 1.0, 1.0, 0.658760 - 1.632214)]
    [InlineData(SegmentAnchor.Hinge, 1.0, 1.0, 0.658760)]
    [InlineData(SegmentAnchor.Hinge, 1.0, 2.5, 2.658760)]
    public void The_loss_over_segments_is_the_worked_number(SegmentAnchor anchor, double weight, double distance, double expected)
    {
        using var scope = NewDisposeScope();
        Assert.Equal(expected, LossVector.Value(new SegmentLoss(0.1, weight, anchor, distance), [2, -1, 1.5, -0.8]), 5e-6);
    }

    [Fact]
    public void Code_on_the_page_is_the_code_that_is_compiled()
    {
        var page = File.ReadAllText(RepositoryFile.Path(Page));
        var blocks = Blocks().Matches(page);
        Assert.Equal(3, blocks.Count);
        foreach (Match block in blocks)
        {
            Assert.Contains(block.Groups["code"].Value, File.ReadAllText(RepositoryFile.Path(block.Groups["file"].Value)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_loss_is_in_the_paper_index()
    {
        var index = File.ReadAllText(RepositoryFile.Path("docs/paper-index.md"));
        Assert.All(PreferenceLosses.Names.Concat(["plackettLuce", "kto"]), name => Assert.Matches($"`[^`|]*\\b{name}\\b[^`|]*`", index));
    }

    [GeneratedRegex("<!-- from (?<file>\\S+) -->\n```csharp\n(?<code>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Blocks();
}
