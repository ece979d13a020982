using Orleans.Dpo.Trainer.Modeling;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Tests.Modeling;

public sealed class LlamaDecoderTests
{
    [Theory]
    [InlineData("tied")]
    [InlineData("untied")]
    public void Scores_equal_those_of_the_peer(string name)
    {
        var golden = new GoldenModel(name);
        using var scope = NewDisposeScope();
        using var model = golden.Load();
        Close.To(golden.Logits, Scores(model, golden.Ids));
    }

    [Theory]
    [InlineData("tied")]
    [InlineData("untied")]
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
        var prompts = tensor(new long[] { ids[0], ids[1], ids[2], ids[3], ids[4], ids[0], ids[7], ids[8], 0, 0 }).reshape(2, 5);
        var hidden = model.Hidden(prompts, new PromptPass(cache, tensor(new long[] { 0, 1 }), rows));
        var whole = Scores(model, ids);
        Close.To(Row(whole, 4, 61), Row(model.Logits(hidden).data<float>().ToArray(), 4, 61));
        for (var t = 5; t < ids.Length; t++)
        {
            cache.BeginStep();
            var next = model.Logits(model.HiddenNext(tensor(new long[] { ids[t - 2], 0, ids[t] }), cache)).data<float>().ToArray();
            cache.EndStep([true, false, true]);
            Close.To(Row(whole, t, 61), Row(next, 2, 61));
        }

        using var smaller = cache.Take(model, [2]);
        Assert.Equal(ids.Length, smaller.LargestPosition);
    }

    [Fact]
    public void Padding_on_the_right_changes_nothing()
    {
        var golden = new GoldenModel("tied");
        using var scope = NewDisposeScope();
        using var model = golden.Load();
        Close.To(golden.Logits, Scores(model, [.. golden.Ids, 0, 0, 0])[..golden.Logits.Length]);
    }

    [Fact]
    public void A_seed_gives_the_same_fresh_weights_and_another_seed_others()
    {
        using var scratch = new ScratchFolder();
        var first = File.ReadAllBytes(Path.Combine(TinyPolicy.Make(scratch, "a", seed: 1), "model.safetensors"));
        Assert.Equal(first, File.ReadAllBytes(Path.Combine(TinyPolicy.Make(scratch, "b", seed: 1), "model.safetensors")));
        Assert.NotEqual(first, File.ReadAllBytes(Path.Combine(TinyPolicy.Make(scratch, "c", seed: 2), "model.safetensors")));
    }

    private static float[] Scores(CausalDecoder model, int[] ids)
    {
        var input = tensor(Array.ConvertAll(ids, id => (long)id)).reshape(1, ids.Length);
        return model.Logits(model.Hidden(input)).detach().data<float>().ToArray();
    }

    private static float[] Row(float[] scores, int row, int width) => scores[(row * width)..((row + 1) * width)];
}
