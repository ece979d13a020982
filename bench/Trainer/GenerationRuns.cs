using System.Diagnostics;
using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.Generation;
using static TorchSharp.torch;

namespace Orleans.Dpo.Bench.Trainer;

/// <summary>Continuous batching against a batched loop with a cache, 16 sequences at a time: equal lengths, ragged lengths, and several samples of a prompt.</summary>
internal static class GenerationRuns
{
    private static readonly JsonSerializerOptions s_line = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <param name="Prompts">Token ids.</param>
    /// <param name="Limits">Tokens to write for each.</param>
    /// <param name="Greedy">The likeliest token each time; else sampled at temperature 1.</param>
    /// <param name="Samples">Responses of each prompt; the peer gets the prompt as often.</param>
    private sealed record Request(int[][] Prompts, int[] Limits, bool Greedy, int Samples);

    public static IEnumerable<object> Measure(Sides sides, BlockLog log, int blocks)
    {
        var model = Sides.Model("llama-256x4-v8192", 256, 704, 4, 8, 4, 8192);
        var random = new Random(1);
        int[] Prompt(int length) => [.. Enumerable.Range(0, length).Select(_ => random.Next(300, 1200))];
        int LogUniform(int low, int high) => (int)Math.Exp(Math.Log(low) + (random.NextDouble() * Math.Log((high + 1.0) / low)));
        var cases = new (string Name, Request Request, double Target)[]
        {
            ("equal lengths, greedy", new([.. Enumerable.Range(0, 16).Select(_ => Prompt(64))], [.. Enumerable.Repeat(96, 16)], true, 1), 1.5),
            ("equal lengths, sampled", new([.. Enumerable.Range(0, 16).Select(_ => Prompt(64))], [.. Enumerable.Repeat(96, 16)], false, 1), 1.5),
            ("ragged lengths, greedy", new([.. Enumerable.Range(0, 64).Select(_ => Prompt(LogUniform(16, 256)))], [.. Enumerable.Range(0, 64).Select(_ => LogUniform(8, 256))], true, 1), 3),
            ("ragged lengths, sampled", new([.. Enumerable.Range(0, 64).Select(_ => Prompt(LogUniform(16, 256)))], [.. Enumerable.Range(0, 64).Select(_ => LogUniform(8, 256))], false, 1), 3),
            ("4 samples of a prompt, ragged, sampled", new([.. Enumerable.Range(0, 16).Select(_ => Prompt(LogUniform(64, 256)))], [.. Enumerable.Range(0, 16).Select(_ => LogUniform(8, 256))], false, 4), 3),
        };
        var job = new BenchJob { Model = model, Batch = 16 };
        var same = new Dictionary<string, bool>();
        using (var ours = sides.ServeOurs("generate", job))
        using (var peer = sides.ServePeer("generate_reference.py", job))
        {
            for (var block = -1; block < blocks; block++)
            {
                foreach (var (name, request, _) in cases)
                {
                    var (line, flat) = (JsonSerializer.Serialize(request, s_line), JsonSerializer.Serialize(Repeated(request), s_line));
                    var (first, second) = block % 2 == 0 ? (ours.Ask(line), peer.Ask(flat)) : (default, default);
                    if (block % 2 != 0)
                    {
                        second = peer.Ask(flat);
                        first = ours.Ask(line);
                    }

                    same[name] = !request.Greedy || first.GetProperty("tokens").GetRawText() == second.GetProperty("tokens").GetRawText().Replace(" ", "", StringComparison.Ordinal);
                    if (block >= 0)
                    {
                        log.Add($"generation/{name}/ours", first.GetProperty("seconds").GetDouble());
                        log.Add($"generation/{name}/peer", second.GetProperty("seconds").GetDouble());
                    }
                }
            }
        }

        foreach (var (name, request, target) in cases)
        {
            var equal = same[name];
            yield return Ratio.Row($"generation, {name}, peer / ours", log[$"generation/{name}/peer"], log[$"generation/{name}/ours"],
                ($">= {target}{(request.Greedy ? ", equal tokens" : "")}", (median, _) => median >= target && equal),
                $"{request.Prompts.Length * request.Samples} responses, {request.Limits.Sum() * request.Samples} tokens; equal tokens: {(request.Greedy ? equal : "not compared")}");
        }
    }

    public static void Serve(BenchJob job)
    {
        using var model = ModelFolder.Load(job.Model, CPU);
        while (Console.ReadLine() is { } line)
        {
            var request = JsonSerializer.Deserialize<Request>(line, s_line)!;
            var clock = Stopwatch.StartNew();
            var responses = ResponseGenerator.Run(
                model,
                new GenerationRequest
                {
                    Prompts = request.Prompts,
                    Limits = request.Limits,
                    SamplesPerPrompt = request.Samples,
                    Sampling = new JobSampling(request.Greedy ? 0 : 1, 1, request.Limits.Max()),
                    Ends = new HashSet<int>(),
                    BatchSize = job.Batch,
                    Seed = 1,
                },
                CancellationToken.None);
            InnerRun.Print(new { seconds = clock.Elapsed.TotalSeconds, tokens = responses.Select(response => response.Tokens) });
        }
    }

    private static Request Repeated(Request request) => request with
    {
        Prompts = [.. request.Prompts.SelectMany(prompt => Enumerable.Repeat(prompt, request.Samples))],
        Limits = [.. request.Limits.SelectMany(limit => Enumerable.Repeat(limit, request.Samples))],
    };
}
