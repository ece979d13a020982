using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.Modeling;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Tests.Modeling;

/// <summary>Models of every family against an independent peer (tests/golden/trainer/make_golden.py).</summary>
public sealed class CausalDecoderTests
{
    [Theory]
    [MemberData(nameof(GoldenModel.All), MemberType = typeof(GoldenModel))]
    public void Scores_equal_those_of_the_peer(string name)
    {
        var golden = new GoldenModel(name);
        using var scope = NewDisposeScope();
        using var model = golden.Load();
        Close.To(golden.Logits, Scores(model, golden.Ids));
    }

    [Theory]
    [MemberData(nameof(GoldenModel.All), MemberType = typeof(GoldenModel))]
    public void Padding_on_either_side_changes_nothing(string name)
    {
        var golden = new GoldenModel(name);
        var ids = golden.Ids;
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        using var model = golden.Load();
        Close.To(golden.Logits, Scores(model, [.. ids, 0, 0, 0])[..golden.Logits.Length]);

        int[] padding = [4, 0, 9];
        var length = ids.Length + 4;
        int[] rows = [0, 0, 0, 0, .. ids, .. ids, 1, 2, 3, 4, .. new int[9], .. ids[..(length - 9)]];
        var scores = Numbers(model.Logits(model.HiddenLeftPadded(Input(rows).reshape(3, length), padding)));
        var width = model.Config.VocabularySize;
        Close.To(golden.Logits, scores[(4 * width)..(length * width)]);
        Close.To(golden.Logits, scores[(length * width)..((length + ids.Length) * width)]);
        Close.To([.. golden.Logits.Take((length - 9) * width)], scores[(((2 * length) + 9) * width)..]);
    }

    [Theory]
    [MemberData(nameof(GoldenModel.All), MemberType = typeof(GoldenModel))]
    public void Decoding_with_a_cache_gives_the_scores_of_the_whole_sequence(string name)
    {
        var golden = new GoldenModel(name);
        var ids = golden.Ids;
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        using var model = golden.Load();
        using var cache = new KeyValueCache(model, slots: 3, capacity: 32);
        // Slot 2 holds the sequence and slot 0 a shorter one beside it; slot 1 is idle.
        int[] slots = [2, 0];
        var rows = cache.PromptRows(slots, [5, 3], 5);
        var prompts = Input([.. ids[..5], ids[0], ids[7], ids[8], 0, 0]).reshape(2, 5);
        var hidden = model.Hidden(prompts, new PromptPass(cache, tensor(new long[] { 0, 1 }), rows));
        var width = model.Config.VocabularySize;
        double[] Expected(int t) => golden.Logits[(t * width)..((t + 1) * width)];
        Close.To(Expected(4), Numbers(model.Logits(hidden))[(4 * width)..(5 * width)]);
        for (var t = 5; t < ids.Length; t++)
        {
            cache.BeginStep();
            var next = Numbers(model.Logits(model.HiddenNext(Input([ids[t - 2], 0, ids[t]]).view(-1), cache)));
            cache.EndStep([true, false, true]);
            Close.To(Expected(t), next[(2 * width)..]);
        }

        using var smaller = cache.Take(model, [2]);
        Assert.Equal(ids.Length, smaller.LargestPosition);
    }

    [Theory]
    [MemberData(nameof(GoldenModel.All), MemberType = typeof(GoldenModel))]
    public void In_bfloat16_scores_are_near_and_still_float32(string name)
    {
        var golden = new GoldenModel(name);
        using var scope = NewDisposeScope();
        using var model = golden.Load(ScalarType.BFloat16);
        Assert.All(model.named_parameters(), entry => Assert.Equal(entry.name.Contains(".lora_", StringComparison.Ordinal) ? ScalarType.Float32 : ScalarType.BFloat16, entry.parameter.dtype));
        // 8 bits of mantissa: 0.4 % a number, growing through two layers of random weights.
        Close.To(golden.Logits, Scores(model, golden.Ids), 0.15);
        var logits = model.Logits(model.Hidden(Input(golden.Ids).unsqueeze(0)));
        model.Backward((-logits.logsumexp(-1)).mean());
        Assert.All(model.Trainable(), entry => Assert.True(entry.Parameter.grad!.isfinite().all().item<bool>()));
    }

    [Theory]
    [InlineData("mistral")]
    [InlineData("qwen3")]
    [InlineData("gpt2")]
    public void In_bfloat16_decoding_with_a_cache_stays_near_the_peer(string name)
    {
        var golden = new GoldenModel(name);
        var ids = golden.Ids;
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        using var model = golden.Load(ScalarType.BFloat16);
        using var cache = new KeyValueCache(model, slots: 1, capacity: 32);
        var width = model.Config.VocabularySize;
        _ = model.Hidden(Input(ids[..3]).unsqueeze(0), new PromptPass(cache, tensor(new long[] { 0 }), cache.PromptRows([0], [3], 3)));
        for (var t = 3; t < ids.Length; t++)
        {
            cache.BeginStep();
            var next = Numbers(model.Logits(model.HiddenNext(Input([ids[t]]), cache)));
            cache.EndStep([true]);
            Close.To(golden.Logits[(t * width)..((t + 1) * width)], next, 0.2);
        }
    }

    [Fact]
    public void Learned_positions_end_where_the_model_says()
    {
        using var scope = NewDisposeScope();
        using var model = new GoldenModel("gpt2").Load();
        Assert.Contains("65 positions, the model has 64", Assert.Throws<TrainerException>(() => model.Hidden(zeros(1, 65, dtype: ScalarType.Int64))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_seed_gives_the_same_fresh_weights_and_another_seed_others()
    {
        using var scratch = new ScratchFolder();
        var first = File.ReadAllBytes(Path.Combine(TinyPolicy.Make(scratch, "a", seed: 1), "model.safetensors"));
        Assert.Equal(first, File.ReadAllBytes(Path.Combine(TinyPolicy.Make(scratch, "b", seed: 1), "model.safetensors")));
        Assert.NotEqual(first, File.ReadAllBytes(Path.Combine(TinyPolicy.Make(scratch, "c", seed: 2), "model.safetensors")));
    }

    [Theory]
    [MemberData(nameof(GoldenModel.Families), MemberType = typeof(GoldenModel))]
    public void Fresh_weights_of_every_family_are_set_and_moderate(string name)
    {
        using var scope = NewDisposeScope();
        using var model = CausalDecoder.Create(DecoderConfigReader.Read(new GoldenModel(name).Folder), CPU);
        WeightInitializer.Fill(model, 5);
        Assert.All(model.named_parameters(), entry => Assert.InRange(entry.parameter.abs().max().ToSingle(), 0, 2));
        Assert.All(Scores(model, [1, 2, 3]), score => Assert.InRange(score, -5, 5));
    }

    private static float[] Scores(CausalDecoder model, int[] ids) => Numbers(model.Logits(model.Hidden(Input(ids).unsqueeze(0))));

    private static float[] Numbers(Tensor tensor) => tensor.detach().contiguous().data<float>().ToArray();

    private static Tensor Input(int[] ids) => tensor(Array.ConvertAll(ids, id => (long)id));
}
