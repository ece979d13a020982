using System.Diagnostics;
using System.Text.Json;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.Modeling;
using static TorchSharp.torch;

namespace Orleans.Dpo.Bench.Trainer;

/// <summary>The course of bench/gpu/run.sh: parity first, then training on spread and on equal lengths, then generation, each beside the peer in the same run.</summary>
internal sealed class GpuRun(string place, string python)
{
    private static readonly JsonSerializerOptions s_line = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
    private readonly bool _real = place != "cpu";
    private readonly List<object> _rows = [];
    private bool _sound = true;

    /// <returns>The rows, and whether parity held; figures of a CPU count for nothing.</returns>
    public (IReadOnlyList<object> Rows, bool Sound) Run()
    {
        var ceiling = Peer(new GpuJob { What = "ceiling", Device = place });
        var tera = ceiling.GetProperty("tflops").GetDouble();
        _rows.Add(new { name = "matrix product", tflops = Math.Round(tera, 2), device = ceiling.GetProperty("device").GetString(), torch = ceiling.GetProperty("torch").GetString(), counts = _real });
        foreach (var shape in _real ? GpuShape.Real : GpuShape.Tiny)
        {
            var folder = Folder(shape);
            Parity(shape, folder);
            Train(shape, folder, ("spread lengths", "16:256", "8:256", 1.5), tera);
            Train(shape, folder, ("equal lengths", "256:256", "256:256", 0.9), tera);
            Generate(shape, folder);
        }

        return (_rows, _sound);
    }

    private void Parity(GpuShape shape, string folder)
    {
        var rows = Sides.Rows(folder, 4, 3, "16:64", "8:64");
        foreach (var (type, loss, direction) in new[] { ("float32", 1e-4, 1 - 1e-6), ("bfloat16", 2e-2, 0.99) })
        {
            var measured = GpuSide.Parity(folder, rows, place, type);
            var holds = measured.LossDifference <= loss && measured.Cosine >= direction;
            _sound &= holds;
            _rows.Add(new { name = $"{shape.Name}, parity with the CPU in float32, {type}", measured.LossDifference, measured.Cosine, target = $"loss within {loss}, gradients' cosine >= {direction}", pass = holds });
        }
    }

    private void Train(GpuShape shape, string folder, (string Name, string Prompt, string Response, double Goal) work, double tera)
    {
        var (steps, batch) = _real ? (24, 16) : (2, 2);
        var lengths = _real ? (work.Prompt, work.Response) : ("8:16", "4:16");
        var job = new GpuJob
        {
            What = "train",
            Device = place,
            Model = folder,
            Rows = Sides.Rows(folder, steps * batch, 2, lengths.Item1, lengths.Item2),
            Steps = [.. Enumerable.Range(0, steps * batch).Chunk(batch)],
        };
        var ours = GpuSide.Train(job);
        var peer = Peer(job);
        double[] theirs = [.. peer.GetProperty("seconds").EnumerateArray().Select(value => value.GetDouble())];
        var warm = _real ? 4 : 1; // first steps fill caches and choose kernels
        var (mine, other) = (ours.Seconds[warm..].Sum(), theirs[warm..].Sum());
        _rows.Add(new
        {
            name = $"{shape.Name}, training, {work.Name}, peer / ours",
            peer = peer.GetProperty("peer").GetString(),
            ratio = Math.Round(other / mine, 3),
            target = $">= {work.Goal}",
            pass = _real ? other / mine >= work.Goal : (bool?)null,
            our_tokens_a_second = Math.Round(ours.Tokens[warm..].Sum() / mine),
            mfu = Math.Round(ours.Operations[warm..].Sum() / mine / (tera * 1e12), 3),
            mfu_goal = shape.MfuGoal,
            peak_mib_ours = ours.Peak >> 20,
            peak_mib_peer = peer.GetProperty("peak").GetInt64() >> 20,
        });
    }

    private void Generate(GpuShape shape, string folder)
    {
        var random = new Random(1);
        var (prompts, samples, length, tokens) = _real ? (16, 8, 128, 256) : (2, 2, 8, 6);
        var job = new GpuJob
        {
            What = "generate",
            Device = place,
            Model = folder,
            Prompts = [.. Enumerable.Range(0, prompts).Select(_ => Enumerable.Range(0, length).Select(_ => random.Next(300, 1200)).ToArray())],
            Tokens = tokens,
            Samples = samples,
        };
        var mine = GpuSide.Generate(job);
        var peer = Peer(job);
        var ratio = peer.GetProperty("seconds").GetDouble() / mine;
        _rows.Add(new
        {
            name = $"{shape.Name}, generation, peer / ours",
            peer = peer.GetProperty("peer").GetString(),
            ratio = Math.Round(ratio, 3),
            target = ">= 5",
            pass = _real ? ratio >= 5 : (bool?)null,
            our_tokens_a_second = Math.Round(prompts * samples * tokens / mine),
        });
    }

    private JsonElement Peer(GpuJob job)
    {
        var file = Path.Combine(Sides.Work, $"gpu-job-{Guid.NewGuid():N}.json");
        File.WriteAllText(file, JsonSerializer.Serialize(job, s_line));
        using var process = Process.Start(new ProcessStartInfo(python, [Path.Combine(Sides.Root, "bench", "peers", "gpu_reference.py"), file]) { RedirectStandardOutput = true })!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        File.Delete(file);
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<JsonElement>(text.Trim().Split('\n')[^1])
            : throw new InvalidOperationException($"The peer ended with {process.ExitCode}.");
    }

    /// <summary>Random weights in that shape, with the demo's tokenizer.</summary>
    private static string Folder(GpuShape shape)
    {
        var folder = Path.Combine(Sides.Work, $"gpu-{shape.Name}");
        if (!File.Exists(Path.Combine(folder, WeightFiles.SingleName)))
        {
            Directory.CreateDirectory(folder);
            foreach (var file in new[] { "tokenizer.json", "tokenizer_config.json" })
            {
                File.Copy(Path.Combine(Sides.Root, "models", "film-reviews-tiny", file), Path.Combine(folder, file), overwrite: true);
            }

            File.WriteAllText(Path.Combine(folder, "config.json"), $$"""{{{shape.Config}},"hidden_act":"silu","tie_word_embeddings":true,"bos_token_id":1231,"eos_token_id":1231,"torch_dtype":"float32"}""");
            using var model = CausalDecoder.Create(DecoderConfigReader.Read(folder), CPU);
            WeightInitializer.Fill(model, 1);
            SafetensorsWriter.Write(Path.Combine(folder, WeightFiles.SingleName), model.named_parameters().Select(entry => KeyValuePair.Create(entry.name, (Tensor)entry.parameter)));
        }

        return folder;
    }
}
