namespace Orleans.Dpo.Bench.Trainer;

/// <summary>What each part of the speed brings: seconds of forward and backward over the same batches, way after way.</summary>
internal static class Components
{
    private const int Steps = 4;

    public static IEnumerable<object> Measure(Sides sides, BlockLog log, int blocks)
    {
        var model = Sides.Model("llama-256x4-v8192", 256, 704, 4, 8, 4, 8192);
        var job = new BenchJob { Model = model, Rows = Sides.Rows(model, 96, 1), Steps = [.. Enumerable.Range(0, 96).Chunk(8)] };
        using (var loop = sides.ServeOurs("components", job))
        {
            loop.Seconds($"{ComponentLoop.Ways.Length - 1} 0");
            for (var block = 0; block < blocks; block++)
            {
                for (var way = 0; way < ComponentLoop.Ways.Length; way++)
                {
                    log.Add($"components/{way}", Enumerable.Range(0, Steps).Sum(step => loop.Seconds($"{way} {((block * Steps) + step) % job.Steps.Length}")) / Steps);
                }
            }
        }

        for (var way = 0; way < ComponentLoop.Ways.Length; way++)
        {
            yield return new
            {
                name = $"component: {ComponentLoop.Ways[way]}",
                seconds_a_step = Math.Round(Ratio.Median(log[$"components/{way}"]), 3),
                faster_than_before = way == 0 ? 1 : Math.Round(Ratio.Median([.. log[$"components/{way - 1}"].Zip(log[$"components/{way}"], (a, b) => a / b)]), 2),
                faster_than_first = Math.Round(Ratio.Median([.. log["components/0"].Zip(log[$"components/{way}"], (a, b) => a / b)]), 2),
            };
        }
    }
}
