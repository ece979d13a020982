using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.Modeling;
using static TorchSharp.torch;

namespace Orleans.Dpo.Bench.Trainer;

/// <summary>Starts the two sides, each a process pinned to the same core with one thread, and makes what they read.</summary>
internal sealed class Sides(string core)
{
    private static readonly JsonSerializerOptions s_line = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static string Root { get; } = FindRoot();

    public static string Work { get; } = Directory.CreateDirectory(
        Path.Combine(Environment.GetEnvironmentVariable("ArtifactsPath") ?? Path.Combine(Root, "artifacts"), "bench-trainer")).FullName;

    public static string Python => File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";

    /// <summary>A random Llama with the demo's tokenizer and a larger vocabulary than it needs, so that scoring the vocabulary matters.</summary>
    public static string Model(string name, int hidden, int inner, int layers, int heads, int shared, int vocabulary)
    {
        var folder = Path.Combine(Work, name);
        if (File.Exists(Path.Combine(folder, WeightFiles.SingleName)))
        {
            return folder;
        }

        Directory.CreateDirectory(folder);
        foreach (var file in new[] { "tokenizer.json", "tokenizer_config.json" })
        {
            File.Copy(Path.Combine(Root, "models", "film-reviews-tiny", file), Path.Combine(folder, file), overwrite: true);
        }

        File.WriteAllText(Path.Combine(folder, "config.json"), string.Create(CultureInfo.InvariantCulture, $$"""
            {"architectures":["LlamaForCausalLM"],"model_type":"llama","vocab_size":{{vocabulary}},"hidden_size":{{hidden}},"intermediate_size":{{inner}},
             "num_hidden_layers":{{layers}},"num_attention_heads":{{heads}},"num_key_value_heads":{{shared}},"head_dim":{{hidden / heads}},"hidden_act":"silu",
             "max_position_embeddings":1024,"rms_norm_eps":1e-5,"rope_theta":10000,"tie_word_embeddings":true,"eos_token_id":1231,"torch_dtype":"float32"}
            """));
        using var model = CausalDecoder.Create(DecoderConfigReader.Read(folder), CPU);
        WeightInitializer.Fill(model, 1);
        SafetensorsWriter.Write(Path.Combine(folder, WeightFiles.SingleName), model.named_parameters().Select(entry => KeyValuePair.Create(entry.name, (Tensor)entry.parameter)));
        return folder;
    }

    /// <returns>The file with token ids; the texts are beside it.</returns>
    public static string Rows(string model, int count, int seed, string prompt = "16:256", string response = "8:256")
    {
        var file = Path.Combine(Work, $"rows-{count}-{seed}-{prompt.Replace(':', '-')}-{response.Replace(':', '-')}.jsonl");
        if (!File.Exists(file + ".ids"))
        {
            using var made = Process.Start(Python,
                [Path.Combine(Root, "bench", "data", "preferences.py"), model, file, "--rows", $"{count}", "--seed", $"{seed}", "--prompt", prompt, "--response", response]);
            made.WaitForExit();
            if (made.ExitCode != 0)
            {
                throw new InvalidOperationException("The rows could not be made.");
            }
        }

        return file + ".ids";
    }

    /// <summary>The last line that a run of ours prints.</summary>
    public JsonElement Ours(string inner, BenchJob job) => Last(Process.Start(Info(Environment.ProcessPath!, ["--inner", inner, "--job", Saved(job)]))!);

    /// <summary>The last line that a peer prints.</summary>
    public JsonElement Peer(string script, BenchJob job) => Last(Process.Start(Info(Python, [Script(script), Saved(job)]))!);

    public Conversation ServeOurs(string inner, BenchJob job) => new(Process.Start(Info(Environment.ProcessPath!, ["--inner", inner, "--job", Saved(job)]))!);

    public Conversation ServePeer(string script, BenchJob job) => new(Process.Start(Info(Python, [Script(script), Saved(job), "--serve"]))!);

    private static string Script(string name) => Path.Combine(Root, "bench", "peers", name);

    private static string Saved(BenchJob job)
    {
        var file = Path.Combine(Work, $"job-{Guid.NewGuid():N}.json");
        File.WriteAllText(file, JsonSerializer.Serialize(job, s_line));
        return file;
    }

    private static JsonElement Last(Process process)
    {
        using (process)
        {
            var text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0
                ? JsonSerializer.Deserialize<JsonElement>(text.Trim().Split('\n')[^1])
                : throw new InvalidOperationException($"A side ended with {process.ExitCode}: {text}");
        }
    }

    private ProcessStartInfo Info(string program, string[] arguments)
    {
        var start = new ProcessStartInfo("taskset", ["-c", core, program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardInput = true };
        start.Environment["OMP_NUM_THREADS"] = start.Environment["OPENBLAS_NUM_THREADS"] = "1";
        return start;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(Environment.GetEnvironmentVariable("ORLEANS_DPO_ROOT") ?? AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Orleans.Dpo.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The repository is not above the benchmark.");
        }

        return folder.FullName;
    }
}
