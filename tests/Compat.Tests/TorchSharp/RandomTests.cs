using static TorchSharp.torch;

namespace Orleans.Dpo.Compat.Tests.TorchSharp;

[Collection("torch")]
public sealed class RandomTests
{
    [Fact]
    public void A_seed_and_a_saved_state_repeat_the_stream()
    {
        using var scope = NewDisposeScope();
        manual_seed(11);
        var first = randn(8);
        var state = get_rng_state();
        var second = rand(8);
        manual_seed(11);
        Assert.Equal(first.data<float>().ToArray(), randn(8).data<float>().ToArray());
        set_rng_state(state);
        Assert.Equal(second.data<float>().ToArray(), rand(8).data<float>().ToArray());
    }

    [Fact]
    public void A_generator_has_a_stream_of_its_own()
    {
        using var scope = NewDisposeScope();
        using var one = new Generator(5);
        using var two = new Generator(5);
        var weights = rand(100);
        _ = rand(10);
        Assert.Equal(
            multinomial(weights, 20, true, one).data<long>().ToArray(),
            multinomial(weights, 20, true, two).data<long>().ToArray());
        var state = one.get_state();
        var drawn = multinomial(weights, 20, true, one).data<long>().ToArray();
        two.set_state(state);
        Assert.Equal(drawn, multinomial(weights, 20, true, two).data<long>().ToArray());
        one.manual_seed(5);
        two.manual_seed(6);
        Assert.NotEqual(multinomial(weights, 20, true, one).data<long>().ToArray(), multinomial(weights, 20, true, two).data<long>().ToArray());
    }

    [Fact]
    public void Draws_without_replacement_never_repeat()
    {
        using var scope = NewDisposeScope();
        var drawn = multinomial(ones(50), 50).data<long>().ToArray();
        Assert.Equal(50, drawn.Distinct().Count());
    }
}
