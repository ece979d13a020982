using System.Globalization;
using Orleans.Dpo.Testing;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Tests.Docs;

/// <summary>The table "what fits where" of docs/models.md is the formula beside it, worked out.</summary>
public sealed class MemoryTableTests
{
    private const double GiB = 1 << 30;

    /// <summary>Tokens N of a pass, in sequences of T.</summary>
    private const double Tokens = 4096;
    private const double Sequence = 1024;
    private const int Rank = 16;

    private static readonly ModelShape[] s_models =
    [
        new("GPT-2", 12, 768, 12, 12, 64, 3072, 50257, true, 124_439_808, "gpt2", 1024),
        new("SmolLM2-135M", 30, 576, 9, 3, 64, 1536, 49152, true, 134_515_008),
        new("Qwen2.5-0.5B", 24, 896, 14, 2, 64, 4864, 151936, true, 494_032_768, "qwen2"),
        new("Qwen3-0.6B", 28, 1024, 16, 8, 128, 3072, 151936, true, 596_049_920, "qwen3"),
        new("Llama-3.2-1B", 16, 2048, 32, 8, 64, 8192, 128256, true, 1_235_814_400),
        new("Qwen2.5-1.5B", 28, 1536, 12, 2, 128, 8960, 151936, true, 1_543_714_304, "qwen2"),
        new("SmolLM2-1.7B", 24, 2048, 32, 32, 64, 8192, 49152, true, 1_711_376_384),
        new("Llama-3.2-3B", 28, 3072, 24, 8, 128, 8192, 128256, true, 3_212_749_824),
        new("Qwen3-4B", 36, 2560, 32, 8, 128, 9728, 151936, true, 4_022_468_096, "qwen3"),
        new("Mistral-7B-v0.3", 32, 4096, 32, 8, 128, 14336, 32768, false, 7_248_023_552),
        new("Qwen2.5-7B", 28, 3584, 28, 4, 128, 18944, 152064, false, 7_615_616_512, "qwen2"),
        new("Llama-3.1-8B", 32, 4096, 32, 8, 128, 14336, 128256, false, 8_030_261_248),
    ];

    [Fact]
    public void Weights_are_counted_as_their_publishers_count_them() =>
        Assert.All(s_models, model => Assert.Equal(model.Published, model.Weights));

    [Theory]
    [MemberData(nameof(GoldenModel.Families), MemberType = typeof(GoldenModel))]
    public void Weights_are_counted_as_the_decoders_have_them(string name)
    {
        using var scope = NewDisposeScope();
        using var model = new GoldenModel(name).Load();
        var c = model.Config;
        if (c.FeedForwardBias)
        {
            return;
        }

        var shape = new ModelShape(name, c.Layers, c.HiddenSize, c.Heads, c.KeyValueHeads, c.HeadSize, c.IntermediateSize, c.VocabularySize, c.TiedEmbeddings, 0,
            c.ModelType, c.ModelType == "gpt2" ? c.MaxPositions : 0);
        Assert.Equal(model.parameters().Sum(parameter => parameter.numel()), shape.Weights);
    }

    [Fact]
    public void The_page_has_the_table_that_the_formula_gives()
    {
        var page = File.ReadAllText(RepositoryFile.Path("docs/models.md"));
        Assert.All(s_models, model => Assert.Contains(Row(model), page, StringComparison.Ordinal));
    }

    private static string Row(ModelShape model)
    {
        var full = ((16.0 * model.Weights) + (4.0 * model.Vocabulary * model.Hidden) + Passing(model)) / GiB;
        var lora = ((2.0 * model.Weights) + (16.0 * model.AdapterWeights(Rank)) + Passing(model)) / GiB;
        return string.Create(CultureInfo.InvariantCulture, $"| {model.Name} | {model.Weights / 1e9:F2} | {full:F1} | {Card(full)} | {lora:F1} | {Card(lora)} |");
    }

    /// <summary>What a pass holds beside the weights, with gradient checkpointing, in bytes.</summary>
    private static double Passing(ModelShape m)
    {
        var kept = 2 * Tokens * m.Layers * m.Hidden;
        var layer = Tokens * ((18.0 * m.Hidden) + (8.0 * m.Inner) + (m.HeadSize * ((6.0 * m.Heads) + (4.0 * m.KeyValueHeads))));
        var attention = 18.0 * m.Heads * Tokens * Sequence;
        return kept + layer + attention + (2 * GiB);
    }

    private static string Card(double gibibytes) => new[] { 16, 24, 48, 80 }.Where(card => gibibytes <= card).Select(card => $"{card} GB").FirstOrDefault() ?? "no";
}
