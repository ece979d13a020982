using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.Failures;

namespace Orleans.Dpo.Trainer.Tests.Batching;

public sealed class RewardRowsTests
{
    [Fact]
    public void Pairs_are_rankings_of_two_with_their_margins_and_rankings_have_none()
    {
        using var scratch = new ScratchFolder();
        var encoder = SequenceEncoder.Load(TinyPolicy.Shape(scratch, "m"));
        var pairs = scratch.Write("pairs.jsonl", """{"prompt":"In this comedy,","chosen":" the plot is warm.","rejected":" the plot drags.","margin":2.5,"pair_id":"pr_1"}""");
        var row = Assert.Single(RewardRows.Read(pairs, encoder, 64, margins: true).Rows);
        Assert.Equal(("pr_1", 2, 2.5), (row.RowId, row.Ranked.Length, row.Margin));
        Assert.Equal(0, RewardRows.Read(pairs, encoder, 64, margins: false).Rows[0].Margin);

        var rankings = scratch.Write("rankings.jsonl", """{"prompt":"In this comedy,","ranked":[" the plot is warm."," the plot drags."," it drags."]}""");
        Assert.Equal(3, RewardRows.Read(rankings, encoder, 64, margins: false).Rows[0].Ranked.Length);
        Assert.Contains("no margins", Assert.Throws<TrainerException>(() => RewardRows.Read(rankings, encoder, 64, margins: true)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_does_not_grow_with_the_rows()
    {
        const int Rows = 1_200;
        using var scratch = new ScratchFolder();
        var encoder = SequenceEncoder.Load(TinyPolicy.Shape(scratch, "m"));
        var answer = string.Concat(Enumerable.Repeat(" the plot drags.", 300));
        var file = scratch.Write("pairs.jsonl", [.. Enumerable.Repeat($$"""{"prompt":"In this comedy,","chosen":"{{answer}}","rejected":"{{answer}}"}""", Rows)]);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var read = RewardRows.Read(file, encoder, 4_096, margins: false);
        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        var bytes = read.Rows.Sum(row => row.Ranked.Sum(one => one.Ids.Length * (long)sizeof(int)));
        Assert.True(bytes > 10 << 20, $"{bytes} bytes of tokens are too few to tell.");
        Assert.True(held < 2 << 20, $"{held} bytes are held for {bytes} bytes of tokens.");
        Assert.Equal(Rows, read.Rows[^1].Line);
    }
}
