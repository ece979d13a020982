namespace Orleans.Dpo.Bench.Trainer;

/// <summary>One epoch over more and more pairs with a model that costs next to nothing: the time of a pair and the memory must stay as they are.</summary>
internal static class Scale
{
    public static IEnumerable<object> Measure(Sides sides, int[] counts)
    {
        var model = Sides.Model("llama-16x1-v1232", 16, 32, 1, 2, 1, 1232);
        foreach (var count in counts)
        {
            var rows = Sides.Rows(model, count, 1, "8:16", "4:12");
            var job = new BenchJob { Model = model, Rows = rows, Batch = 64, Out = Path.Combine(Sides.Work, $"out-{count}") };
            if (Directory.Exists(job.Out))
            {
                Directory.Delete(job.Out, recursive: true);
            }

            var result = sides.Ours("train", job with { Cache = Path.Combine(job.Out, "cache") });
            yield return new
            {
                name = $"scale, {count} pairs",
                seconds = Math.Round(result.GetProperty("seconds").GetDouble(), 2),
                microseconds_a_pair = Math.Round(result.GetProperty("seconds").GetDouble() * 1e6 / count, 1),
                peak_mib = result.GetProperty("peak_kib").GetInt64() / 1024,
            };
        }
    }
}
