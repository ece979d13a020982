using System.Text.Json;
using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.Modeling;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Tests;

/// <summary>A small model and what an independent peer in plain PyTorch computed with it in float64 (tests/golden/trainer/make_golden.py).</summary>
internal sealed class GoldenModel
{
    private readonly JsonElement _golden;

    public GoldenModel(string name)
    {
        Folder = Path.Combine(AppContext.BaseDirectory, "golden", "trainer", name);
        _golden = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, "golden.json"))).RootElement;
    }

    /// <summary>A model of every family: Llama 2 and SmolLM (tied, untied), Llama 3, Mistral, Qwen2, Qwen3, GPT-2.</summary>
    public static TheoryData<string> Families => Names("tied", "untied", "llama3", "llama3-v5", "mistral", "qwen2", "qwen3", "gpt2");

    /// <summary>Families, and LoRA adapters on two of them.</summary>
    public static TheoryData<string> All => Names("tied", "untied", "llama3", "llama3-v5", "mistral", "qwen2", "qwen3", "gpt2", "lora-qwen2", "lora-gpt2");

    public string Folder { get; }

    public int[] Ids => Numbers(_golden.GetProperty("ids"));

    public double[] Logits => [.. _golden.GetProperty("logits").EnumerateArray().Select(value => value.GetDouble())];

    public double Beta => _golden.GetProperty("beta").GetDouble();

    public double[] Losses => [.. _golden.GetProperty("losses").EnumerateArray().Select(value => value.GetDouble())];

    /// <summary>Log-probabilities of the response tokens of chosen, rejected, chosen, … answers.</summary>
    public double[][] Answers => [.. _golden.GetProperty("answers").EnumerateArray().Select(answer => answer.EnumerateArray().Select(value => value.GetDouble()).ToArray())];

    public (double Loss, double GradientNorm, double LearningRate)[] Steps => [.. _golden.GetProperty("steps").EnumerateArray().Select(step =>
        (step.GetProperty("loss").GetDouble(), step.GetProperty("grad_norm").GetDouble(), step.GetProperty("learning_rate").GetDouble()))];

    public PreferencePair[] Pairs => [.. _golden.GetProperty("pairs").EnumerateArray().Select((pair, i) =>
        new PreferencePair(i + 1, $"pair {i}", null, Row(pair, "chosen"), Row(pair, "rejected")))];

    public float[] Reference(string side) => [.. _golden.GetProperty("pairs").EnumerateArray().Select(pair => pair.GetProperty($"reference_{side}").GetSingle())];

    public CausalDecoder Load(ScalarType? type = null) => ModelFolder.Load(Folder, CPU, type);

    /// <summary>The tensors of a file beside the model, as plain numbers.</summary>
    public Dictionary<string, float[]> Tensors(string file)
    {
        using var opened = new SafetensorsFile(Path.Combine(Folder, file));
        using var scope = NewDisposeScope();
        return opened.Entries.ToDictionary(entry => entry.Name, entry => opened.Read(entry).data<float>().ToArray());
    }

    private static TheoryData<string> Names(params string[] names)
    {
        var data = new TheoryData<string>();
        foreach (var name in names)
        {
            data.Add(name);
        }

        return data;
    }

    private static TokenRow Row(JsonElement pair, string side)
    {
        var prompt = Numbers(pair.GetProperty("prompt"));
        return new TokenRow([.. prompt, .. Numbers(pair.GetProperty(side))], prompt.Length);
    }

    private static int[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(value => value.GetInt32())];
}
