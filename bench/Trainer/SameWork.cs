using System.Globalization;

namespace Orleans.Dpo.Bench.Trainer;

/// <summary>The very loop of the peer in C#: padded batch, online reference, scores of every position, log_softmax and gather. What is left is binding and model code.</summary>
internal static class SameWork
{
    private const int StepsPerBlock = 5;

    public static IEnumerable<object> Measure(Sides sides, BlockLog log, int blocks)
    {
        var model = Sides.Model("llama-256x4-v8192", 256, 704, 4, 8, 4, 8192);
        var rows = Sides.Rows(model, 240, 1, "16:64", "8:64");
        var job = new BenchJob { Model = model, Rows = rows, Batch = 4, Steps = [.. Enumerable.Range(0, 240).Chunk(4)], Rates = [1e-5] };
        using (var ours = sides.ServeOurs("plain-loop", job))
        using (var peer = sides.ServePeer("dpo_reference.py", job))
        {
            ours.Seconds("4");
            peer.Seconds("4");
            var count = StepsPerBlock.ToString(CultureInfo.InvariantCulture);
            for (var block = 0; block < blocks; block++)
            {
                var oursFirst = block % 2 == 0;
                var first = (oursFirst ? ours : peer).Seconds(count);
                var second = (oursFirst ? peer : ours).Seconds(count);
                log.Add("same-work/ours", oursFirst ? first : second);
                log.Add("same-work/peer", oursFirst ? second : first);
            }
        }

        yield return Ratio.Row("same work, ours / peer", log["same-work/ours"], log["same-work/peer"],
            ("median <= 1.10, lower bound <= 1.05", (median, low) => median <= 1.10 && low <= 1.05), $"{StepsPerBlock} steps a block; batch 4 pairs, prompts 16-64, answers 8-64");
    }
}
